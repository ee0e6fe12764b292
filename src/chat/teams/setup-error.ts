import { MessengerRefusedError } from '../../intake/ports.js';

/**
 * What Teams means by its refusals, as somebody must act on them:
 * https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability#status-codes-from-bot-conversational-apis
 */
const BY_CODE: Readonly<Record<string, string>> = {
  BotNotInConversationRoster: 'the bot is not in that conversation (any more): add the app to the team or chat again',
  ForbiddenOperationException:
    'the app is not installed for that person: they add it, or an administrator installs it for them',
  ConversationBlockedByUser: 'that person, or an administrator, has blocked or removed the bot',
  MessageWritesBlocked: 'that person, or an administrator, has blocked the bot there',
  BotDisabledByAdmin: 'an administrator has blocked the app: Teams admin center → Manage apps',
  InsufficientPermissions: 'the app was installed without the right to write there: install its present version',
  NotEnoughPermissions: 'the app was installed without the right to write there: install its present version',
  BotNotRegistered: 'no Azure Bot is registered with teams.appId, or its Teams channel is not connected',
  ConversationNotFound: 'there is no such conversation (any more), or the bot was never installed there',
  InvalidBotApiHost: 'the tenant is in another cloud: look at teams.cloud',
};
const BY_STATUS: Readonly<Record<number, string>> = {
  401: 'Teams does not take our token: «uccx-doctor selfcheck teams» tells why',
  403: 'Teams does not let the bot write there: is the app installed, and allowed by the administrator?',
  404: 'there is no such conversation or message (any more)',
};

/** The same refusal, with what to do about it as its message. Anything else as it is. */
export const namedSetupError = (error: unknown): unknown => {
  if (!(error instanceof MessengerRefusedError)) return error;
  const words = BY_CODE[String(error.facts.code)] ?? BY_STATUS[Number(error.facts.status)];
  return words === undefined ? error : new MessengerRefusedError(words, error.facts, { cause: error });
};
