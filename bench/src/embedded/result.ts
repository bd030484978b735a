/** What the embedding program tells. */
export interface EmbeddedResult {
  readonly perSecond: number;
  readonly refused: number;
}
