// Made from src/serving_widgets/api/endpoint by tests/support/page_contract.py: change that, not this.

export const PHASES = {
  "failed": {
    "shape": "triangle",
    "colour": "bad"
  },
  "updating": {
    "shape": "half",
    "colour": "accent"
  },
  "other": {
    "shape": "ring",
    "colour": "muted"
  },
  "stopped": {
    "shape": "square",
    "colour": "muted"
  },
  "ready": {
    "shape": "disc",
    "colour": "good"
  }
} as const;

export const KINDS = {
  "custom": "Custom model",
  "provisioned": "Provisioned throughput",
  "external": "External model",
  "foundation": "Foundation model",
  "feature": "Feature spec",
  "unknown": "Unknown"
} as const;

export const DEPLOYMENTS = {
  "DEPLOYMENT_CREATING": "Creating",
  "DEPLOYMENT_READY": "Ready",
  "DEPLOYMENT_RECOVERING": "Recovering",
  "DEPLOYMENT_FAILED": "Failed",
  "DEPLOYMENT_ABORTED": "Canceled",
  "DEPLOYMENT_STOPPED": "Stopped"
} as const;
