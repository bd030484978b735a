import type { Subject } from '../bench.ts';
import type { Row } from './rows.ts';
import { numberText } from './table.ts';

// Pixels. The names of figures need about half of the width that a page of documentation gives.
const WIDTH = 860;
const NAMES = 330;
const VALUES = 90;
const BARS = WIDTH - NAMES - VALUES;
const BAR = 16;
const LINE = 22;
const TITLE = 30;
const MARGIN = 12;
/** Of a line of notes, which are smaller than names. */
const NOTE_CHARS_MAX = 125;

/** Colours that stand out from white as from near black, also for those who do not tell red from green. */
const COLOURS: Readonly<Record<Subject, string>> = {
  ceiling: '#8a8f98',
  'by hand': '#d07a1c',
  pawl: '#2f80d0',
};

/** Rates as bars, one group a bench and store; the longest bar of each group fills its width. */
export function chartOf(rows: readonly Row[], machine: string): string {
  const groups = groupsOf(rows.filter(({ figure }) => figure.unit === '/s'));
  const parts: string[] = [];
  let y = MARGIN;
  for (const group of groups) {
    parts.push(...groupParts(group, y));
    y += TITLE + LINE * group.length;
  }
  const lines = machine.split('\n').flatMap(wrapped);
  parts.push(...lines.map((line, index) => text(MARGIN, y + LINE * (index + 1), line, 'note')));
  const height = y + LINE * (lines.length + 1);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Rates of the benches as bars">
<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 }
.note { font-size: 11px; fill: #6e7781 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .note { fill: #8d96a0 } }
</style>
${parts.join('\n')}
</svg>
`;
}

/** Those that have more than the ceiling to show. */
function groupsOf(rows: readonly Row[]): readonly (readonly Row[])[] {
  const groups = [...Map.groupBy(rows, ({ bench, store }) => `${bench} ${store}`).values()];
  return groups.filter((group) => group.some(({ figure }) => figure.subject !== 'ceiling'));
}

/** The words of a line on as many lines as they need. */
function wrapped(line: string): readonly string[] {
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.pop() as string;
    const longer = last === '' ? word : `${last} ${word}`;
    if (longer.length <= NOTE_CHARS_MAX || last === '') lines.push(longer);
    else lines.push(last, word);
  }
  return lines;
}

function groupParts(group: readonly Row[], top: number): string[] {
  const [{ bench = '', store = '' } = {}] = group;
  const most = Math.max(...group.map(({ median }) => median));
  const bars = group.flatMap(({ figure, median }, index) => {
    const y = top + TITLE + LINE * index;
    const width = Math.max(1, Math.round((BARS * median) / most));
    const baseline = y + BAR - 4;
    return [
      text(MARGIN, baseline, figure.name),
      `<rect x="${NAMES}" y="${y}" width="${width}" height="${BAR}" rx="2" fill="${COLOURS[figure.subject]}"/>`,
      text(NAMES + width + 6, baseline, `${numberText(median)}/s`),
    ];
  });
  return [text(MARGIN, top + TITLE - 10, `${bench}, ${store}`, 'title'), ...bars];
}

function text(x: number, y: number, content: string, style?: string): string {
  const attribute = style === undefined ? '' : ` class="${style}"`;
  return `<text x="${x}" y="${y}"${attribute}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
