import { pino } from 'pino';
import type { LogLevel } from '../config.ts';
import type { RequestLog } from '../http/observe.ts';
import { eventLine, type OwnLine, ownLine, requestLine } from './log-line.ts';
import type { LogSink } from './log-sink.ts';
import { createTimestamp } from './timestamp.ts';

/** How many causes of an error are followed. */
const CAUSES_MAX = 5;
/** Characters of an error's message and of its stack: a driver may quote a whole statement. */
const ERROR_TEXT_MAX_CHARS = 4_000;

/** The program's log: JSON lines with `ts` and `level`. */
export interface Log extends RequestLog {
  /** What a command of the engine's own has recorded; a refusal is told at the level `debug`. */
  own(line: OwnLine): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  /** What somebody must look at, and that is no fault of the program. */
  alert(message: string, fields: Fields): void;
  /** A fault outside of any request. */
  fault(message: string, cause: unknown, fields?: Fields): void;
}

export type Fields = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** Writes lines of the level and above to the sink. `now` is milliseconds since the epoch. */
export function createLog(level: LogLevel, sink: LogSink, now: () => number): Log {
  const timestamp = createTimestamp();
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"ts":"${timestamp(now())}"`,
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    },
    sink,
  );
  const logs = {
    debug: logger.isLevelEnabled('debug'),
    info: logger.isLevelEnabled('info'),
    warn: logger.isLevelEnabled('warn'),
    error: logger.isLevelEnabled('error'),
  };

  return {
    request(line) {
      const { status } = line;
      const importance = status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info';
      if (!logs[importance]) return;
      sink.write(requestLine(timestamp(now()), LABELS[importance], line));
      if (importance === 'error') sink.flushSoon();
    },
    event(line) {
      if (logs.info) sink.write(eventLine(timestamp(now()), line));
    },
    own(line) {
      const importance = line.error_code === null ? 'info' : 'debug';
      if (logs[importance]) sink.write(ownLine(timestamp(now()), LABELS[importance], line));
    },
    error(cause, context) {
      logger.error({ ...context, error: describeError(cause) }, 'unexpected error');
      sink.flushSoon();
    },
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    alert(message, fields) {
      logger.error(fields, message);
      sink.flushSoon();
    },
    fault(message, cause, fields = {}) {
      logger.error({ ...fields, error: describeError(cause) }, message);
      sink.flushSoon();
    },
  };
}

const LABELS = { debug: 'DEBUG', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;

interface ErrorDescription {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

/** Of an error these members only: others may hold a request, with its body and its token. */
function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: cut(String(error)) };
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: cut(error.message),
    ...(typeof code === 'string' && { code }),
    ...(error.stack !== undefined && { stack: cut(error.stack) }),
    ...(error.cause !== undefined && depth < CAUSES_MAX && { cause: describeError(error.cause, depth + 1) }),
  };
}

function cut(text: string): string {
  return text.length > ERROR_TEXT_MAX_CHARS ? `${text.slice(0, ERROR_TEXT_MAX_CHARS)}…` : text;
}
