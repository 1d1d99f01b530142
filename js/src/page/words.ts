/** The service's own words, as a person reads them. Unknown ones are shown as they came. */

const DEPLOYMENT: Readonly<Record<string, string>> = {
  DEPLOYMENT_CREATING: "Creating",
  DEPLOYMENT_RECOVERING: "Recovering",
  DEPLOYMENT_READY: "Ready",
  DEPLOYMENT_FAILED: "Failed",
  DEPLOYMENT_ABORTED: "Canceled",
  DEPLOYMENT_STOPPED: "Stopped",
};

export function deploymentWords(state: string): string {
  return DEPLOYMENT[state] ?? state;
}

const PERMISSIONS: Readonly<Record<string, string>> = {
  CAN_VIEW: "Can view",
  CAN_QUERY: "Can query",
  CAN_MANAGE: "Can manage",
};

export function permissionWords(level: string): string {
  return PERMISSIONS[level] ?? level;
}

/** "1 endpoint", "10,000 endpoints". */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** The address when it is one that a page may safely link to, else null. */
export function safeLink(address: string | null): string | null {
  if (!address || !URL.canParse(address)) return null;
  return new URL(address).protocol === "https:" ? address : null;
}
