/** Told of what happens, in words that are only made if somebody reads them. */
export type Trace = (text: () => string) => void;

export const NO_TRACE: Trace = () => undefined;
