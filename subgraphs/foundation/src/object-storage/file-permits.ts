import { createHash } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { DownloadOptions, UploadLimits } from './object-storage.ts';

interface Place {
  readonly bucket: string;
  readonly key: string;
}

export type UploadPermit = Place & Omit<UploadLimits, 'expiresInSeconds'>;
export type DownloadPermit = Place & Omit<DownloadOptions, 'expiresInSeconds'>;

/** What a bearer may do with one file, signed by this platform, for a while. */
export interface FilePermits {
  forUpload(permit: UploadPermit, expiresInSeconds: number): Promise<string>;
  forDownload(permit: DownloadPermit, expiresInSeconds: number): Promise<string>;
  /** Undefined for one that is forged, expired, or for the other thing. */
  upload(token: string): Promise<UploadPermit | undefined>;
  download(token: string): Promise<DownloadPermit | undefined>;
}

export const createFilePermits = (platformKey: string): FilePermits => {
  const secret = createHash('sha256').update(`plexica.files.${platformKey}`).digest();
  const sign = (permit: object, audience: string, expiresInSeconds: number): Promise<string> =>
    new SignJWT({ ...permit })
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(audience)
      .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInSeconds)
      .sign(secret);
  const read = async <Permit extends object>(token: string, audience: string): Promise<Permit | undefined> => {
    const verified = await jwtVerify<Permit>(token, secret, { audience, algorithms: ['HS256'] }).catch(() => undefined);
    return verified?.payload;
  };
  return {
    forUpload: (permit, seconds) => sign(permit, 'upload', seconds),
    forDownload: (permit, seconds) => sign(permit, 'download', seconds),
    upload: (token) => read<UploadPermit>(token, 'upload'),
    download: (token) => read<DownloadPermit>(token, 'download'),
  };
};
