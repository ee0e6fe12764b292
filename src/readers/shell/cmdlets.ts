import { accounts } from './accounts.js';
import { connectors } from './connectors.js';
import type { Fact } from './fact.js';
import { mailboxes } from './mailboxes.js';
import type { ShellObject } from './object.js';
import { policies } from './policies.js';
import { roles } from './roles.js';
import { servers } from './servers.js';
import { states } from './states.js';

/** Reads one object as what it is; empty where it is none of these. `unread` says what it holds and cannot be told. */
export type ReadObject = (object: ShellObject, unread: (line: number, why: string) => void) => Fact[];

/** What one object tells, as whatever it is. */
export const factsOf: ReadObject = (object, unread) => cmdlets.flatMap(read => read(object, unread));

/** One entry for what people paste: each knows its objects by the properties that no other cmdlet has. */
const cmdlets: readonly ReadObject[] = [servers, connectors, policies, mailboxes, roles, accounts, states];
