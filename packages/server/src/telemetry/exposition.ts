import type { MetricsPage } from '../http/observe.ts';
import type { Family, Label } from './family.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/**
 * Renders families in the format that the `Accept` header prefers: OpenMetrics 1.0 if it is named and not liked less, else
 * the text format 0.0.4. We render ourselves because prom-client, asked for OpenMetrics, renames its counters for good.
 */
export function renderMetrics(families: readonly Family[], accept = ''): MetricsPage {
  const open = prefersOpenMetrics(accept);
  const blocks = families.map((family) => renderFamily(family, open));
  return { contentType: open ? OPEN_METRICS : TEXT, body: `${blocks.join('')}${open ? '# EOF\n' : ''}` };
}

function renderFamily({ name, help, type, samples }: Family, open: boolean): string {
  // The older format knows no suffix of counters: there the name is that of the sample.
  const title = type === 'counter' && !open ? `${name}_total` : name;
  const lines = [`# HELP ${title} ${open ? escapeValue(help) : escapeHelp(help)}`, `# TYPE ${title} ${type}`];
  for (const { suffix, labels, value } of samples())
    lines.push(`${name}${suffix}${renderLabels(labels)} ${number(value)}`);
  return `${lines.join('\n')}\n`;
}

function renderLabels(labels: readonly Label[]): string {
  if (labels.length === 0) return '';
  return `{${labels.map(([name, value]) => `${name}="${escapeValue(value)}"`).join(',')}}`;
}

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

function prefersOpenMetrics(accept: string): boolean {
  const ranges = accept.toLowerCase().split(',').map(parseRange);
  const open = ranges.filter(
    ({ type, version }) => type === 'application/openmetrics-text' && (version ?? '1.0.0') === '1.0.0',
  );
  const plain = ranges.filter(({ type }) => type === 'text/plain');
  return best(open) > 0 && best(open) >= best(plain);
}

interface Range {
  readonly type: string;
  readonly version: string | undefined;
  readonly q: number;
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  const value = (name: string): string | undefined =>
    parameters.find((parameter) => parameter.startsWith(`${name}=`))?.slice(name.length + 1);
  return { type, version: value('version'), q: Number(value('q') ?? 1) };
}

function best(ranges: readonly Range[]): number {
  return Math.max(0, ...ranges.map(({ q }) => q));
}
