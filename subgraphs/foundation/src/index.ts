export { sayAway } from './away.ts';
export * from './change/change.ts';
export {
  type ClusterEnvironment,
  ConfigurationProblem,
  type EdgeEnvironment,
  type Environment,
  environmentSchema,
  readClusterEnvironment,
  readEdgeEnvironment,
  readEnvironment,
} from './config/config.ts';
export { createEdge, type Edge } from './create-edge.ts';
export { createFoundation, type FoundationOptions, type RunningFoundation } from './create-foundation.ts';
export type { Consumer, EventBus } from './event-bus/event-bus.ts';
export type { Foundation, Settings } from './foundation.ts';
export type * from './identity-provider/identity-provider.ts';
export { readKeycloakUrl } from './identity-provider/keycloak/keycloak-address.ts';
export type { SealedSigningKey, SigningKeys, StoredSigningKeys, Vault } from './keys/signing-keys.ts';
export { createSigningKeys } from './keys/stored-signing-keys.ts';
export { createVault } from './keys/vault.ts';
export type { Mail, Mailer } from './mailer/mailer.ts';
export { type ClientOf, createClientOf, proxyProblem } from './network/client-of.ts';
export { freePort, isFree } from './network/free-port.ts';
export { networkOf } from './network/network-of.ts';
export { createPluginDispatcher, isPublicAddress } from './network/plugin-address.ts';
export type { ObjectStorage, StoredObject } from './object-storage/object-storage.ts';
export * from './operation/operation.ts';
export type { Boundary } from './operation/run-operation.ts';
export type { Port } from './port/port.ts';
export { portOverHttp } from './port/port-over-http.ts';
export { createPortTokens, type PortTokens, portTokenHeader } from './port/port-tokens.ts';
export { servePort } from './port/serve-port.ts';
export { answerUnavailable } from './process/answer-unavailable.ts';
export { dependenciesOf } from './process/dependencies.ts';
export { type Dependency, registerHealth } from './process/health.ts';
export { registerMetrics } from './process/metrics-route.ts';
export { createSessionCheck, type NamedSession, type SessionCheck, type Sessions, withSessions } from './process/session-check.ts';
export { runSubgraph, type SubgraphProcess } from './process/subgraph-process.ts';
export { createInProcessPubSub } from './pubsub/in-process-pubsub.ts';
export type { DirectoryNotice, PubSub, Topic, TopicPayload } from './pubsub/pubsub.ts';
export { createInProcessSharedState } from './shared-state/in-process-shared-state.ts';
export type { CounterStep, SharedState } from './shared-state/shared-state.ts';
export { createLogger } from './telemetry/logger.ts';
export { createQuestionThread, type QuestionThread } from './thread/question-thread.ts';
export { createUploadStore, type UploadedFile, type UploadStore, uploadBytesAtMost } from './upload/upload-store.ts';
