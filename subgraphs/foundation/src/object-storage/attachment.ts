/** `content-disposition` that saves a file under a name, whatever is in it. */
export const attachment = (fileName: string): string => `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`;
