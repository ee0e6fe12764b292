import { EXCHANGE_VERSIONS } from '../domain/target.js';
import { cmdlet } from './cmdlet.js';
import { reference } from './exchange-cmdlets.js';
import { flag, only, onOff, text } from './parameter.js';

/* The web services that single inbox calls, and the settings of a whole organisation that stand before them. */

/** `ADPropertiesOnly` reads the directory and not the web server, which is quick and needs no reach to it. */
const listed = { Identity: text(), Server: text(), ADPropertiesOnly: flag() };
const authentication = { Identity: text(), BasicAuthentication: onOff(), WindowsAuthentication: onOff() };

export const getWebServicesVirtualDirectory = cmdlet(
  'Get-WebServicesVirtualDirectory',
  { source: reference('get-webservicesvirtualdirectory') },
  listed,
);
export const setWebServicesVirtualDirectory = cmdlet(
  'Set-WebServicesVirtualDirectory',
  { source: reference('set-webservicesvirtualdirectory') },
  authentication,
);
export const getAutodiscoverVirtualDirectory = cmdlet(
  'Get-AutodiscoverVirtualDirectory',
  { source: reference('get-autodiscovervirtualdirectory') },
  listed,
);
export const setAutodiscoverVirtualDirectory = cmdlet(
  'Set-AutodiscoverVirtualDirectory',
  { source: reference('set-autodiscovervirtualdirectory') },
  authentication,
);

export const getOrganizationConfig = cmdlet(
  'Get-OrganizationConfig',
  { source: reference('get-organizationconfig'), versions: EXCHANGE_VERSIONS },
  {},
);
export const setOrganizationConfig = cmdlet(
  'Set-OrganizationConfig',
  { source: reference('set-organizationconfig'), versions: EXCHANGE_VERSIONS },
  { EwsEnabled: onOff(), EwsAllowedAppIDs: only(['online'], text()) },
);

export const getTransportConfig = cmdlet(
  'Get-TransportConfig',
  { source: reference('get-transportconfig'), versions: EXCHANGE_VERSIONS },
  {},
);
