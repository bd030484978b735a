import { PROBLEMS, type ProblemCode, type ProblemType } from '../problem.ts';

/** A plain page. It loads nothing: styles are its own, and there are no scripts. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem}pre,code{font:14px ui-monospace,monospace;background:#8881}pre{padding:1rem;overflow:auto}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/** What a problem means and what to do next. */
export function problemPage(code: ProblemCode): string {
  const { status, title, advice }: ProblemType = PROBLEMS[code];
  const prose = escapeHtml(advice).replace(/`([^`]+)`/g, '<code>$1</code>');
  return htmlPage(
    title,
    `<h1>${escapeHtml(title)}</h1>\n<p><code>${code}</code>, status ${status}</p>\n<p>${prose}</p>\n<p><a href="/docs">All operations</a></p>`,
  );
}

/** The first three calls, to be copied. */
export function rootPage(origin: string, needsKey: boolean): string {
  const auth = needsKey ? ` \\\n  -H 'Authorization: Bearer <your API key>'` : '';
  const create = `curl -si ${origin}/orders${auth} \\
  -H 'Content-Type: application/json' -H 'Idempotency-Key: first-order' \\
  -d '{"items":[{"sku":"A-1","qty":2,"price":"9.99"}]}'`;
  const pay = `curl -si -X POST ${origin}/orders/<order_id>/pay${auth}`;
  const trail = `curl -s ${origin}/orders/<order_id>/events${auth}`;
  return htmlPage(
    'Pawl',
    `<h1>Pawl</h1>
<p>Orders that only move forward. All operations: <a href="/docs">/docs</a>, <a href="/openapi.json">/openapi.json</a>.</p>
<p>Create an order:</p>
<pre>${escapeHtml(create)}</pre>
<p>Move it on:</p>
<pre>${escapeHtml(pay)}</pre>
<p>See what happened, when, and by whom:</p>
<pre>${escapeHtml(trail)}</pre>`,
  );
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
