/**
 * A name in lower case. Whoever writes one in capitals on a Turkish Windows makes İ of i, and small letters of it make ı of I; where the
 * code page was lost on the way they are Ý and ý. No property has any of these.
 */
export const nameOf = (label: string): string => withPlainI(label).toLowerCase();
export const withPlainI = (text: string): string =>
  /[İıÝý]/.test(text) ? text.replaceAll(/[İÝ]/g, 'I').replaceAll(/[ıý]/g, 'i') : text;

/**
 * Properties that a reader asks for, and those whose names begin alike: a narrow console cuts names off, and a cut name counts only
 * where it can be no other.
 */
const KNOWN = [
  'Server',
  'ServerName',
  'ServerRole',
  'Name',
  'Identity',
  'PSComputerName',
  'ProtocolName',
  'LoginType',
  'MaxConnections',
  'MaxConnectionsPerUser',
  'MaxConnectionFromSingleIP',
  'MaxCommandSize',
  'Maximum Allowed Service Sessions Per User',
  'Maximum Allowed Sessions Per User',
  'Maximum Allowed Exchange Sessions Per Service',
  'MaxInboundConnection',
  'MaxInboundConnectionPerSource',
  'MaxInboundConnectionPercentagePerSource',
  'MessageRateLimit',
  'MessageRateSource',
  'Bindings',
  'RemoteIPRanges',
  'TransportRole',
  'AdminDisplayName',
  'AdminDisplayVersion',
  'ThrottlingPolicy',
  'ThrottlingPolicyId',
  'ThrottlingPolicyScope',
  'IsDefault',
  'ObjectId',
  'ImapMaxConcurrency',
  'ImapMaxBurst',
  'ImapRechargeRate',
  'ImapCutoffBalance',
  'ImapPercentTimeInAD',
  'ImapPercentTimeInCAS',
  'ImapPercentTimeInMailboxRPC',
  'RcaMaxConcurrency',
  'EwsMaxConcurrency',
  'EwsMaxSubscriptions',
  'ImapEnabled',
  'ImapUseProtocolDefaults',
  'EwsEnabled',
  'LegacyExchangeDN',
  'PrimarySmtpAddress',
  'UserPrincipalName',
  'SamAccountName',
  'AccountExpirationDate',
  'Alias',
  'Database',
  'Role',
  'RoleAssignee',
  'RoleAssigneeName',
  'RoleAssigneeType',
  'RoleAssignmentDelegationType',
  'EffectiveUserName',
  'Enabled',
].map(name => name.toLowerCase());

/** No console of 40 columns and more cuts a name before this. */
const SHORTEST_CUT = 24;

/**
 * The property that is meant by a name which fills its column to the end, as a cut one does. Null: it may be more than one.
 * @param isCut that it was surely cut, as an ellipsis says.
 */
export const nameMeant = (name: string, isCut: boolean): string | null => {
  const lower = nameOf(name);
  if (!isCut && lower.length < SHORTEST_CUT) return lower;
  const longer = KNOWN.filter(known => known.startsWith(lower));
  if (longer.length > 1) return null;
  return longer[0] ?? (isCut ? null : lower);
};
