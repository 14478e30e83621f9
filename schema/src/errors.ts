/** Who can put an error right: the caller by changing the input (`user`), or nobody within this field (`request`). */
export type ErrorKind = 'user' | 'request';

interface ErrorEntry {
  readonly kind: ErrorKind;
  readonly en: string;
  readonly it: string;
  readonly doc: string;
}

const entry = (kind: ErrorKind, en: string, it: string, doc: string): ErrorEntry => ({ kind, en, it, doc });

/** Every code Plexica answers with. `user` codes arrive in `userErrors`, `request` codes as top-level errors in `extensions.code`. */
export const errorRegistry = {
  GRAPHQL_PARSE_FAILED: entry(
    'request',
    'The document is not valid GraphQL.',
    'Il documento non è GraphQL valido.',
    'The operation text could not be parsed; the location points at the first unexpected token.',
  ),
  GRAPHQL_VALIDATION_FAILED: entry(
    'request',
    'The operation does not fit this supergraph.',
    'L’operazione non corrisponde a questo supergraph.',
    'A field, argument or type does not exist in the supergraph of the calling tenant.',
  ),
  BAD_USER_INPUT: entry(
    'user',
    'The input is not valid.',
    'I dati inseriti non sono validi.',
    'A value has the right GraphQL type but breaks a rule; `path` names it.',
  ),
  UNAUTHENTICATED: entry(
    'request',
    'Sign in to do this.',
    'Accedi per continuare.',
    'No token was sent, or the one sent is malformed, expired, revoked or of an unknown issuer.',
  ),
  FORBIDDEN: entry(
    'request',
    'You may not do this.',
    'Non hai i permessi necessari.',
    'The principal is signed in but lacks the permission or role that the field names.',
  ),
  TENANT_NOT_FOUND: entry(
    'request',
    'There is no such tenant.',
    'Questo tenant non esiste.',
    'The tenant is unknown, deleted, or not the one the token belongs to; the three are indistinguishable.',
  ),
  TENANT_SUSPENDED: entry(
    'request',
    'This tenant is suspended.',
    'Questo tenant è sospeso.',
    'Told only to a valid token or the right credentials of the suspended tenant.',
  ),
  TENANT_NOT_READY: entry(
    'request',
    'This tenant is still being provisioned.',
    'Questo tenant è ancora in preparazione.',
    'The tenant exists but is not active yet; follow its operation.',
  ),
  TENANT_STATUS_INVALID: entry(
    'user',
    'The tenant is not in a state that allows this.',
    'Lo stato del tenant non lo consente.',
    'For example suspending a tenant that is not active.',
  ),
  TENANT_SLUG_INVALID: entry(
    'user',
    'A slug has 2 to 40 characters: lower-case letters, digits and single hyphens, starting with a letter, and is not reserved.',
    'Uno slug ha da 2 a 40 caratteri: lettere minuscole, cifre e trattini singoli, inizia con una lettera e non è riservato.',
    'The slug breaks the pattern or is one of the reserved words.',
  ),
  TENANT_SLUG_TAKEN: entry(
    'user',
    'Another tenant has this slug.',
    'Un altro tenant usa già questo slug.',
    'Slugs are unique and immutable; the slug of a tenant whose provisioning failed is free again.',
  ),
  SCHEMA_EXISTS: entry(
    'user',
    'A database schema of this name exists.',
    'Esiste già uno schema con questo nome.',
    'Provisioning met a schema that is not of this tenant.',
  ),
  REALM_EXISTS: entry(
    'user',
    'A realm of this name exists.',
    'Esiste già un realm con questo nome.',
    'Provisioning met a realm at the identity provider that is not of this tenant.',
  ),
  BUCKET_EXISTS: entry(
    'user',
    'A bucket of this name exists.',
    'Esiste già un bucket con questo nome.',
    'Provisioning met a bucket in the object storage that is not of this tenant.',
  ),
  CREDENTIALS_INVALID: entry(
    'user',
    'Email or password is wrong.',
    'Email o password errati.',
    'Also answered for an unknown account, so that accounts cannot be probed.',
  ),
  ACCOUNT_LOCKED: entry(
    'user',
    'Too many failed attempts. Try again later.',
    'Troppi tentativi falliti. Riprova più tardi.',
    'Counts the failures of this account alone; ends by itself.',
  ),
  REFRESH_TOKEN_INVALID: entry(
    'user',
    'The session has ended. Sign in again.',
    'La sessione è terminata. Accedi di nuovo.',
    'The refresh token is unknown, expired or was used before; using one twice ends its session.',
  ),
  INVITATION_INVALID: entry(
    'user',
    'The invitation is not valid any more.',
    'L’invito non è più valido.',
    'The invitation is unknown, expired, revoked or was accepted before.',
  ),
  PASSWORD_TOO_WEAK: entry(
    'user',
    'A password has 10 to 128 characters.',
    'Una password ha da 10 a 128 caratteri.',
    'The password breaks the policy of the tenant.',
  ),
  USER_EMAIL_TAKEN: entry(
    'user',
    'Another user has this email address.',
    'Un altro utente usa già questo indirizzo email.',
    'Email addresses are unique within a tenant, ignoring case.',
  ),
  USER_NOT_FOUND: entry('user', 'There is no such user.', 'Questo utente non esiste.', 'No user of this tenant has the id.'),
  USER_NOT_ACTIVE: entry(
    'user',
    'The user is invited or disabled.',
    'L’utente è invitato o disabilitato.',
    'Only a user who could sign in can be sent a new password.',
  ),
  SESSION_NOT_FOUND: entry(
    'user',
    'There is no such session.',
    'Questa sessione non esiste.',
    'No session of this tenant has the id, or it is long over.',
  ),
  API_KEY_NOT_FOUND: entry('user', 'There is no such API key.', 'Questa chiave API non esiste.', 'No API key of this tenant has the id.'),
  API_KEY_LIMIT_REACHED: entry(
    'user',
    'No more API keys: revoke one first.',
    'Troppe chiavi API: revocarne prima una.',
    'A user has at most 50 API keys that count.',
  ),
  ROLE_NOT_FOUND: entry('user', 'There is no such role.', 'Questo ruolo non esiste.', 'No role of this tenant has the id.'),
  ROLE_NAME_TAKEN: entry(
    'user',
    'Another role has this name.',
    'Un altro ruolo usa già questo nome.',
    'Role names are unique within a tenant.',
  ),
  ROLE_BUILT_IN: entry(
    'user',
    'A built-in role cannot be changed.',
    'Un ruolo predefinito non può essere modificato.',
    'admin, user and guest keep their permissions.',
  ),
  PERMISSION_UNKNOWN: entry(
    'user',
    'There is no such permission.',
    'Questo permesso non esiste.',
    'The permission is neither of the core nor of an installed plugin.',
  ),
  ADMIN_LAST: entry(
    'user',
    'The last admin of a tenant cannot be removed.',
    'L’ultimo amministratore non può essere rimosso.',
    'Every tenant keeps at least one active user with the role admin.',
  ),
  VERSION_CONFLICT: entry(
    'user',
    'Someone else changed this meanwhile.',
    'Qualcun altro ha modificato questi dati.',
    'The `version` sent is not the current one; the payload carries the fresh state.',
  ),
  OPERATION_NOT_FOUND: entry(
    'user',
    'There is no such operation.',
    'Questa operazione non esiste.',
    'No operation of this tenant has the id.',
  ),
  OPERATION_NOT_RETRYABLE: entry(
    'user',
    'This operation cannot be retried.',
    'Questa operazione non può essere ripetuta.',
    'Only an operation that failed can be retried.',
  ),
  PLUGIN_NOT_FOUND: entry(
    'user',
    'There is no such plugin.',
    'Questo plugin non esiste.',
    'The plugin, or the version asked for, is not published.',
  ),
  PLUGIN_MANIFEST_INVALID: entry(
    'user',
    'The manifest is not valid.',
    'Il manifest non è valido.',
    'The manifest does not fit the published JSON Schema; `path` names the field.',
  ),
  PLUGIN_SCHEMA_INVALID: entry(
    'user',
    'The plugin’s schema cannot join the supergraph.',
    'Lo schema del plugin non può entrare nel supergraph.',
    'The SDL does not parse, does not compose, or breaks a rule for plugins; the message says which and where.',
  ),
  PLUGIN_VERSION_EXISTS: entry(
    'user',
    'This version is published or in review, and does not change.',
    'Questa versione è pubblicata o in revisione e non cambia.',
    'Publish a higher version instead; what was rejected may be handed in anew under its number.',
  ),
  REVIEW_STATUS_WRONG: entry(
    'user',
    'This version does not stand where this step begins.',
    'Questa versione non è nello stato da cui parte questo passo.',
    'Drafts are submitted; what is in review is approved or rejected. The message names where the version stands.',
  ),
  PLUGIN_URL_REFUSED: entry(
    'user',
    'The platform may not call this address.',
    'La piattaforma non può chiamare questo indirizzo.',
    'Plugin services live at http(s) URLs on public addresses, or on hosts named by PLEXICA_PLUGIN_HOSTS.',
  ),
  PLUGIN_SERVICE_MISSING: entry(
    'user',
    'No service is registered for this version.',
    'Nessun servizio è registrato per questa versione.',
    'A platform admin registers where a version runs with registerPluginService.',
  ),
  PLUGIN_IN_USE: entry(
    'user',
    'Tenants have this plugin installed.',
    'Alcuni tenant hanno installato questo plugin.',
    'Uninstall it everywhere before deleting it.',
  ),
  INSTALLATION_NOT_FOUND: entry(
    'user',
    'The plugin is not installed.',
    'Il plugin non è installato.',
    'The tenant has no installation of this plugin.',
  ),
  INSTALLATION_NOT_READY: entry(
    'user',
    'The installation is busy or not ready for this.',
    'L’installazione è occupata o non pronta.',
    'For example activating while INSTALLING; follow its operation.',
  ),
  INSTALLATION_EXISTS: entry(
    'user',
    'Another version is installed. Upgrade it instead.',
    'È installata un’altra versione. Aggiornala.',
    'Installing is idempotent for the same version only.',
  ),
  INSTALLATION_FAILED: entry(
    'user',
    'The work on the plugin failed and was undone.',
    'L’operazione sul plugin non è riuscita ed è stata annullata.',
    'The message says why; nothing is left half done.',
  ),
  CONFIRMATION_MISMATCH: entry(
    'user',
    'The confirmation does not repeat the name.',
    'La conferma non ripete il nome.',
    'Destructive work is typed to confirm.',
  ),
  CONFIGURATION_INVALID: entry(
    'user',
    'The configuration does not fit the plugin’s schema.',
    'La configurazione non rispetta lo schema del plugin.',
    '`path` names the value, the message the rule.',
  ),
  UPLOAD_NOT_FOUND: entry(
    'user',
    'There is no such upload.',
    'Questo caricamento non esiste.',
    'Upload ids are single-use and expire after an hour.',
  ),
  IMAGE_INVALID: entry(
    'user',
    'Send a PNG, JPEG, WebP, GIF or AVIF picture of at most 1 MB.',
    'Invia un’immagine PNG, JPEG, WebP, GIF o AVIF di al massimo 1 MB.',
    'The uploaded file is judged by its first bytes, whatever its name or declared type.',
  ),
  DELIVERY_NOT_FOUND: entry(
    'user',
    'There is no such dead letter.',
    'Questa consegna fallita non esiste.',
    'No delivery of this tenant that failed for good has the id.',
  ),
  HOOK_VETOED: entry(
    'user',
    'A plugin refused this change.',
    'Un plugin ha rifiutato la modifica.',
    '`plugin` and `pluginCode` say who and why.',
  ),
  PLUGIN_UNAVAILABLE: entry(
    'request',
    'The plugin does not answer.',
    'Il plugin non risponde.',
    'Its fields are null; the rest of the answer is whole.',
  ),
  VALUE_UNREPRESENTABLE: entry(
    'request',
    'The value does not fit the type of its field.',
    'Il valore non rientra nel tipo del suo campo.',
    'A subgraph answered an Int beyond 32 bits, or an ID as a number beyond 2^53, which JSON rounds; the field is null.',
  ),
  SERVICE_UNAVAILABLE: entry(
    'request',
    'The platform is not available right now.',
    'La piattaforma non è disponibile in questo momento.',
    'A dependency that this request needs is away; retry after the time that Retry-After names.',
  ),
  SUPERGRAPH_CHANGED: entry(
    'request',
    'The supergraph changed and no longer has this operation.',
    'Il supergraph è cambiato e non ha più questa operazione.',
    'Ends a subscription that is not valid on the new plugin set.',
  ),
  SUBSCRIBER_TOO_SLOW: entry(
    'request',
    'The subscription was read too slowly and has ended.',
    'La sottoscrizione è stata letta troppo lentamente ed è terminata.',
    'Ends a subscription with more than 1,000 events waiting for its client; subscribe again.',
  ),
  RATE_LIMITED: entry('request', 'Too many requests.', 'Troppe richieste.', 'Retry after the time that Retry-After names.'),
  COST_EXCEEDED: entry(
    'request',
    'The operation asks for too much at once.',
    'L’operazione richiede troppo in una volta.',
    'Depth, aliases, tokens, estimated cost or the size of the answer exceed the limit that the message names.',
  ),
  OPERATION_NOT_REGISTERED: entry(
    'request',
    'This tenant runs registered operations only.',
    'Questo tenant esegue solo operazioni registrate.',
    'The client that the request names has not registered this operation, and the tenant allows no other.',
  ),
  PERSISTED_QUERY_NOT_FOUND: entry(
    'request',
    'PersistedQueryNotFound',
    'PersistedQueryNotFound',
    'No text is known by this hash; send it once more with its text. Clients of automatic persisted queries know the message.',
  ),
  PAYLOAD_TOO_LARGE: entry(
    'request',
    'The request body is too large.',
    'Il corpo della richiesta è troppo grande.',
    'Bodies are limited to 1 MB (1,048,576 bytes).',
  ),
  REQUEST_TIMEOUT: entry(
    'request',
    'The request body did not arrive in time.',
    'Il corpo della richiesta non è arrivato in tempo.',
    'A body must arrive within 30 s.',
  ),
  INTERNAL_SERVER_ERROR: entry(
    'request',
    'Something went wrong on our side.',
    'Si è verificato un errore interno.',
    'Unforeseen; `requestId` finds the details in the log.',
  ),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorRegistry;

export const errorKind = (code: ErrorCode): ErrorKind => errorRegistry[code].kind;

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorRegistry, code);
