import { timeText } from 'pawl';

export { timeText as timeOf } from 'pawl';

export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : timeText(ms);
}
