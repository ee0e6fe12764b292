import { NotInThisVersionError } from '../domain/errors.js';
import type { Placeholder, Remedy } from '../domain/remedy.js';
import type { InboxTarget } from '../domain/target.js';
import { memberOf, piped } from '../ems/cmdlet.js';
import { getCasMailbox, setCasMailbox } from '../ems/exchange-cmdlets.js';
import { getOrganizationConfig, setOrganizationConfig } from '../ems/web-cmdlets.js';
import { formatList, importClixml } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { fileFor, keep, shell } from './steps.js';

const USER: Placeholder = {
  name: 'SINGLE-INBOX-USER',
  where: 'the user whose log shows HTTP 403; run the lines once for each',
};
const APP: Placeholder = {
  name: 'APPLICATION-ID',
  where:
    'the application that Unity Connection signs in with: Entra admin centre, App registrations, Application (client) ID',
};

/** Lets one mailbox be used over EWS, where it was turned off for it. */
export const allowEws = ({ exchange: { version } }: InboxTarget): Remedy => {
  const file = fileFor('casmailbox-ews', USER.name);
  const read = getCasMailbox(version, { Identity: USER.name });
  const organisation = shell(piped(getOrganizationConfig(version, {}), formatList({ Property: ['Ews*'] })));
  const show = shell(piped(read, formatList({ Property: ['Name', 'Ews*'] })));
  return card({
    id: 'allow-ews',
    title: 'Let a mailbox of single inbox be used over EWS',
    scope: 'mailbox',
    formula: null,
    settings: [{ on: USER.name, name: 'EwsEnabled', now: null, to: '$true' }],
    read: [keep(read, file), show, organisation],
    apply: [shell(setCasMailbox(version, { Identity: USER.name, EwsEnabled: true }))],
    verify: [show],
    undo: [
      shell(
        setCasMailbox(version, {
          Identity: USER.name,
          EwsEnabled: memberOf(importClixml({ Path: file, ErrorAction: 'Stop' }), 'EwsEnabled'),
        }),
      ),
    ],
    risk:
      'Only where EwsEnabled of the mailbox is False. Where the organisation itself says False, its owner decides; a blank value means ' +
      'that nothing was set.',
    placeholders: [USER],
    source:
      'https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-control-access-to-ews-in-exchange',
  });
};

/** Keeps EWS of an Exchange Online tenant open for the listed applications until Microsoft ends it. */
export const keepEwsOnline = ({ id, exchange: { version } }: InboxTarget): Remedy => {
  if (version !== 'online')
    throw new NotInThisVersionError('keep-ews-online is for Exchange Online only', { target: id });
  const read = getOrganizationConfig(version, {});
  const show = shell(piped(read, formatList({ Property: ['Ews*'] })));
  const kept = (member: string) =>
    memberOf(importClixml({ Path: 'organization-before.xml', ErrorAction: 'Stop' }), member);
  return card({
    id: 'keep-ews-online',
    title: 'Keep EWS open for Unity Connection in Exchange Online',
    scope: 'organisation',
    formula: null,
    settings: [
      { on: 'the organisation', name: 'EwsEnabled', now: null, to: '$true' },
      { on: 'the organisation', name: 'EwsAllowedAppIDs', now: null, to: APP.name },
    ],
    read: [keep(read, 'organization-before.xml'), show],
    apply: [shell(setOrganizationConfig(version, { EwsEnabled: true, EwsAllowedAppIDs: APP.name }))],
    verify: [show],
    undo: [
      shell(
        setOrganizationConfig(version, { EwsEnabled: kept('EwsEnabled'), EwsAllowedAppIDs: kept('EwsAllowedAppIDs') }),
      ),
    ],
    risk:
      'From then on only the listed applications pass: add those that the second list shows, with commas. Tenants where nothing was set ' +
      'are switched off one by one since 1 October 2026, and EWS ends for good on 1 April 2027 (message centre MC1227454, as quoted by ' +
      'others: look the dates up). Until then plan the release of Unity Connection that does without EWS.',
    placeholders: [APP],
    when: 'window',
    source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-organizationconfig',
  });
};
