import pino, { type Logger } from 'pino';

/** Structured log on standard output. Tokens, passwords and credentials never reach it. */
export const createLogger = (options: { readonly level?: string; readonly destination?: pino.DestinationStream } = {}): Logger =>
  pino(
    {
      level: options.level ?? 'info',
      redact: {
        paths: [
          'password',
          '*.password',
          'token',
          '*.token',
          'authorization',
          '*.authorization',
          'credential',
          '*.credential',
          'accessToken',
          '*.accessToken',
          'refreshToken',
          '*.refreshToken',
          'req.headers.authorization',
          'req.headers.cookie',
          'req.headers["plexica-token"]',
        ],
        censor: '[redacted]',
      },
      hooks: { streamWrite: withoutSecrets },
      serializers: { error: pino.stdSerializers.err, err: pino.stdSerializers.err },
    },
    ...(options.destination ? [options.destination] : []),
  );

// Signed tokens, API keys, and what follows `Bearer`: wherever they stand, also inside the message of an error.
const secrets = /eyJ[\w-]{10,}\.[\w-]+(\.[\w-]*)?|plx_[a-z0-9-]+_[\w-]{43}|(?<=\bbearer\s+)[\w.~+/=-]+/gi;
const mayHold = /eyJ|plx_|bearer/i;

const withoutSecrets = (line: string): string => (mayHold.test(line) ? line.replace(secrets, '[redacted]') : line);
