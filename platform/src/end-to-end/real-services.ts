/** The variables that make a platform use the services that the run has started, under names of its own where they are shared. */
export const realServices = (own: string): Readonly<Record<string, string>> => {
  const { TEST_KEYCLOAK_URL = '', TEST_KEYCLOAK_CLIENT_ID, TEST_KEYCLOAK_CLIENT_SECRET = '' } = process.env;
  const credentials = `${TEST_KEYCLOAK_CLIENT_ID}:${encodeURIComponent(TEST_KEYCLOAK_CLIENT_SECRET)}`;
  return {
    IDENTITY_URL: `keycloak+${TEST_KEYCLOAK_URL.replace('://', `://${credentials}@`)}`,
    EVENTS_URL: process.env.TEST_KAFKA_URL ?? '',
    PUBSUB_URL: process.env.TEST_REDIS_URL ?? '',
    STATE_URL: process.env.TEST_REDIS_URL ?? '',
    STORAGE_URL: `${process.env.TEST_MINIO_URL}/${own}-`,
    MAIL_URL: process.env.TEST_SMTP_URL ?? '',
  };
};
