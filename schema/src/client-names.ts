const ofPlugins = 'plexica-plugin/';

/** What the console calls itself to the gateway where a component of this plugin asks. */
export const pluginClientName = (pluginId: string): string => `${ofPlugins}${pluginId}`;

/** Whose component asks under such a name; undefined for any other client. */
export const pluginOfClientName = (name: string): string | undefined =>
  name.startsWith(ofPlugins) ? name.slice(ofPlugins.length) : undefined;
