/** For Slack's `text` fields, which are read as mrkdwn: https://docs.slack.dev/messaging/formatting-message-text/#escaping */
export const escapeText = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
