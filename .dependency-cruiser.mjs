// The arrows of the house: who may import whom. Tests (*.test.ts, e2e/, test/) may import anything.
const test = '\\.test\\.ts$|/(e2e|test)/';
const pawl = 'packages/pawl/src';
const server = 'packages/server/src';

/** The folders of `pawl` and the sibling folders each may import. */
const arrows = {
  workflow: [],
  order: ['workflow'],
  ports: ['order', 'workflow'],
  engine: ['order', 'workflow', 'ports'],
  tasks: ['order', 'workflow', 'ports', 'engine'],
  feed: ['order', 'workflow', 'ports'],
  health: ['order', 'workflow', 'ports'],
  testing: ['order', 'workflow', 'ports', 'engine', 'tasks', 'storage', 'pawl.ts'],
  'storage/contract': ['order', 'workflow', 'ports'],
  'storage/memory': ['order', 'workflow', 'ports'],
  'storage/sqlite': ['order', 'workflow', 'ports'],
  'storage/postgres': ['order', 'workflow', 'ports'],
};

const folderRules = Object.entries(arrows).map(([folder, targets]) => ({
  name: `pawl-${folder.replace('/', '-')}`,
  comment: `${folder}/ imports ${targets.join('/, ') || 'nothing of ours'}${targets.length > 0 ? '/' : ''} only.`,
  severity: 'error',
  from: { path: `^${pawl}/${folder}/`, pathNot: test },
  to: {
    path: '^(packages|apps|examples|bench|campaign|scripts)/',
    pathNot: [folder, ...targets].map((name) => `^${pawl}/${name}${name.endsWith('.ts') ? '$' : '/'}`),
  },
}));

export default {
  forbidden: [
    ...folderRules,
    {
      name: 'pure-core',
      comment: 'workflow/ and order/ do no input or output: time, ids and digests arrive as arguments.',
      severity: 'error',
      from: { path: `^${pawl}/(workflow|order)/`, pathNot: test },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'library-stands-alone',
      comment: 'The library knows neither its server nor its client.',
      severity: 'error',
      from: { path: `^${pawl}/` },
      to: { path: '^(packages/(?!pawl/|local-postgres/)|apps/|examples/|bench/|campaign/)' },
    },
    {
      name: 'databases-to-try-things-on',
      comment: 'A database server that is started for the occasion is for tests and measurements.',
      severity: 'error',
      from: { path: '^(packages|apps|examples)/', pathNot: [test, '^packages/local-postgres/'] },
      to: { path: '^packages/local-postgres/' },
    },
    {
      name: 'client-stands-alone',
      comment: 'The client runs in a browser and has no dependency.',
      severity: 'error',
      from: { path: '^packages/client/src/', pathNot: test },
      to: { pathNot: '^packages/client/src/' },
    },
    {
      name: 'only-compose-picks-a-store',
      comment: 'compose.ts is the only file of the server that picks adapters.',
      severity: 'error',
      from: { path: `^${server}/`, pathNot: [`^${server}/compose\\.ts$`, test] },
      to: { path: `^${pawl}/storage/` },
    },
    {
      name: 'public-face',
      comment: 'Other packages use the exports of `pawl`, never a file inside it.',
      severity: 'error',
      from: { path: '^(packages/(?!pawl/)|apps/|examples/|bench/|campaign/)', pathNot: test },
      to: {
        path: `^${pawl}/`,
        pathNot: ['', 'testing/', 'storage/[^/]+/'].map((folder) => `^${pawl}/${folder}index\\.ts$`),
      },
    },
    {
      name: 'testing-is-for-tests',
      comment: 'What ships does not bring the simulator with it.',
      severity: 'error',
      from: { path: '^(packages|apps|examples)/', pathNot: [test, `^${pawl}/testing/`] },
      to: { path: `^${pawl}/testing/` },
    },
    {
      name: 'campaign-stands-outside',
      comment: 'The campaign meets the server as clients do: over its socket and its command line.',
      severity: 'error',
      from: { path: '^campaign/' },
      to: { path: '^(packages/(?!pawl/|local-postgres/)|apps/|examples/|bench/)' },
    },
    {
      name: 'callers-use-the-client',
      comment: 'Examples and apps speak to the server through the client only.',
      severity: 'error',
      from: { path: '^(examples|apps/console)/', pathNot: test },
      to: { path: '^packages/(?!client/)' },
    },
    {
      name: 'no-test-in-production',
      comment: 'What ships does not import tests.',
      severity: 'error',
      from: { pathNot: test },
      to: { path: test },
    },
    {
      name: 'no-cycle',
      comment: 'A cycle, of types too, means that two files are one or that a third is missing.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that resolves to nothing escapes every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // TypeScript 7 has no JavaScript API to parse with. This parser also reports type imports, without being asked.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
