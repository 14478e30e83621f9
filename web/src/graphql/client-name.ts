/** What the console calls itself to the gateway, which knows its operations by it. */
export const clientName = 'plexica-console';
