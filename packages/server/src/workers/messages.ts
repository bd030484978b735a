/** What a worker tells the process that has started it. */
export type FromWorker = { readonly kind: 'ready'; readonly address: string };

/** What it is told. */
export type ToWorker = { readonly kind: 'drain'; readonly signal: string };
