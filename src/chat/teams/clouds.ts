import type { Authority } from './authority.js';
import type { TeamsConfig } from './config.js';

/**
 * One of Microsoft's separate clouds: who signs, who gives tokens, where messages are sent to, and nowhere else.
 * Service URLs: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages, and the lists of
 * Microsoft's own libraries (`microsoft/teams.net`: CloudEnvironment, ServiceUrlValidator). Login and keys:
 * https://learn.microsoft.com/azure/bot-service/bot-service-resources-faq-azure-us-gov (GCC High),
 * https://learn.microsoft.com/azure/bot-service/how-to-deploy-china-cloud (21Vianet).
 */
type Cloud = {
  authority: Authority;
  /** Where people open Teams; links to messages begin with it. */
  web: string;
  /** Where accepted files are put: OneDrive of the person, by the name of its hosts' end. */
  files: string;
};

const PUBLIC: Authority = {
  loginUrl: 'https://login.microsoftonline.com',
  openIdUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
  issuer: 'https://api.botframework.com',
  scope: 'https://api.botframework.com/.default',
  serviceHosts: ['smba.trafficmanager.net', 'smba.onyx.prod.teams.trafficmanager.net'],
};

const CLOUDS: Record<TeamsConfig['cloud'], Cloud> = {
  public: { authority: PUBLIC, web: 'https://teams.microsoft.com', files: '.sharepoint.com' },
  // Tokens and keys of GCC are those of the public cloud; only where messages go to is its own.
  gcc: {
    authority: { ...PUBLIC, serviceHosts: ['smba.infra.gcc.teams.microsoft.com'] },
    web: 'https://teams.microsoft.com',
    files: '.sharepoint.com',
  },
  gcch: {
    authority: {
      loginUrl: 'https://login.microsoftonline.us',
      openIdUrl: 'https://login.botframework.azure.us/v1/.well-known/openidconfiguration',
      issuer: 'https://api.botframework.us',
      scope: 'https://api.botframework.us/.default',
      serviceHosts: ['smba.infra.gov.teams.microsoft.us'],
    },
    web: 'https://gov.teams.microsoft.us',
    files: '.sharepoint.us',
  },
  china: {
    authority: {
      loginUrl: 'https://login.partner.microsoftonline.cn',
      openIdUrl: 'https://login.botframework.azure.cn/v1/.well-known/openidconfiguration',
      issuer: 'https://api.botframework.azure.cn',
      scope: 'https://api.botframework.azure.cn/.default',
      serviceHosts: ['frontend.botapi.msg.infra.teams.microsoftonline.cn'],
    },
    web: 'https://teams.microsoftonline.cn',
    files: '.sharepoint.cn',
  },
};

/** Of the configured cloud; of the lab where one is configured, and then of nobody else. */
export const authorityOf = ({ cloud, lab }: TeamsConfig): Authority => {
  const { authority } = CLOUDS[cloud];
  if (!lab) return authority;
  const { loginUrl, openIdUrl, serviceUrl } = lab;
  return { ...authority, loginUrl, openIdUrl, serviceHosts: [new URL(serviceUrl).host] };
};

/** The address of one message as people open it; null where Teams has none for it. */
export const messageLink = (
  { cloud, tenant }: TeamsConfig,
  { conversation, message, scope }: { conversation: string; message: string; scope: string },
): string | null => {
  // https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams: ids of messages are their time
  if (scope === 'personal' || !/^\d{10,16}$/.test(message)) return null;
  const [channel = '', root] = conversation.split(';messageid=');
  const link = new URL(`${CLOUDS[cloud].web}/l/message/${encodeURIComponent(channel)}/${message}`);
  link.searchParams.set('tenantId', tenant);
  if (scope === 'channel') link.searchParams.set('parentMessageId', root ?? message);
  else link.searchParams.set('context', '{"contextType":"chat"}');
  return link.href;
};

/** Whether an accepted file may be put, or shown to lie, there. The address comes with a request that was signed; a file of ours goes to nobody else. */
export const mayUploadTo = ({ cloud, lab }: TeamsConfig, address: string): boolean => {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, host, port, username, password } = new URL(address);
  if (username !== '' || password !== '') return false;
  if (lab) return host === new URL(lab.serviceUrl).host;
  return protocol === 'https:' && port === '' && hostname.endsWith(CLOUDS[cloud].files);
};
