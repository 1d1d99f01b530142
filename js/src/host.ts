/** The part of a widget model that every host offers, and the few extras that some do. */
export interface Model {
  get(key: string): unknown;
  send(content: unknown, callbacks?: unknown, buffers?: unknown): unknown;
  on(name: string, callback: (...args: never[]) => void): void;
  off(name: string, callback: (...args: never[]) => void): void;
  /** Only hosts that do not hide it: whether the comm to the kernel stands. */
  comm_live?: boolean;
  widget_manager?: {
    get_model(id: string): Promise<Model>;
    kernel?: { status?: string; requestKernelInfo?(): Promise<unknown> } | null;
    /** Where the views stand: JupyterLab and Notebook 7 tell it. */
    context?: { model?: NotebookModel };
  };
}

/** The part of a notebook's model that adds cells. */
export interface NotebookModel {
  readOnly?: boolean;
  sharedModel: {
    insertCell(index: number, cell: { cell_type: "code"; source: string; metadata: Record<string, unknown> }): unknown;
  };
}

/** The way to other models in hosts that hide the widget manager. */
export interface Host {
  getModel?(ref: string): Promise<Model>;
}

/** What the loader hands to `mount`. */
export interface MountContext {
  model: Model;
  el: HTMLElement;
  signal: AbortSignal;
  /** The hidden model that all widgets of one kernel share. */
  runtime: Model;
  /** Its id: proxies of one model differ from call to call, the id does not. */
  runtimeId: string;
  host?: Host;
  /** Draws the view anew, of another model: that of a widget which a fresh kernel has made in this one's place. */
  replace?(model: Model): void;
}
