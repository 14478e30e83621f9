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
      serializers: { error: pino.stdSerializers.err, err: pino.stdSerializers.err },
    },
    ...(options.destination ? [options.destination] : []),
  );
