import type { Clock } from '../../domain/clock.js';
import type { Log } from '../log.js';
import type { Authority } from './authority.js';
import type { Hear } from './engine.js';

/** By what we prove to Entra ID that we are the bot. */
export type Credential =
  /** Asked for at each use, so that a changed file counts at once. */
  | { is: 'secret'; secret: () => Promise<string> }
  /** An identity that Azure gave to this machine; `env` says where it is had: App Service and Container Apps set `IDENTITY_ENDPOINT`. */
  | { is: 'managed-identity'; env: Readonly<Record<string, string | undefined>> };

/** What both engines are made of. */
export type EngineDeps = {
  /** The application (client) id of the bot. */
  appId: string;
  /** The one directory (tenant) whose people may talk to it. */
  tenant: string;
  credential: Credential;
  authority: Authority;
  clock: Clock;
  log: Log;
  hear: Hear;
};
