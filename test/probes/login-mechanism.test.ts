import { describe, expect, it } from 'vitest';
import { SecretRef } from '../../src/domain/target.js';
import { imapMechanism, smtpMechanism } from '../../src/probes/login-mechanism.js';

const password = SecretRef.parse('env:P');
const oauth = { tenant: 'contoso.test', clientId: '0', clientSecret: password, authority: 'https://login.test' };
const trusted = { encrypted: true, trusted: true };
const anybody = { encrypted: true, trusted: false };
const clear = { encrypted: false, trusted: false };
const by = (mechanism?: 'auto' | 'plain' | 'login' | 'ntlm', user = 'CONTOSO\\uccx') => ({
  user,
  password,
  ...(mechanism ? { mechanism } : {}),
});
const byToken = { user: 'uccx@contoso.test', oauth };
const use = (mechanism: string) => ({ is: 'use', mechanism });
const withhold = (why: string) => ({ is: 'withhold', why, says: expect.any(String) });
const none = (says: unknown = null) => ({ is: 'none', says });

describe('the way to log in to IMAP', () => {
  it.each([
    { offers: 'AUTH=PLAIN AUTH=LOGIN AUTH=NTLM', way: trusted, account: by(), is: use('PLAIN') },
    { offers: 'AUTH=LOGIN AUTH=NTLM', way: trusted, account: by(), is: use('LOGIN') },
    { offers: 'LOGINDISABLED AUTH=LOGIN AUTH=NTLM', way: trusted, account: by(), is: use('SASL-LOGIN') },
    { offers: 'LOGINDISABLED AUTH=NTLM AUTH=GSSAPI', way: trusted, account: by(), is: use('NTLM') },
    { offers: 'LOGINDISABLED AUTH=NTLM', way: anybody, account: by(), is: withhold('untrusted-server') },
    { offers: 'LOGINDISABLED AUTH=NTLM', way: clear, account: by(), is: withhold('not-encrypted') },
    { offers: 'LOGINDISABLED AUTH=NTLM', way: trusted, account: by('auto', 'd/user/shared'), is: none() },
    { offers: 'LOGINDISABLED AUTH=PLAIN AUTH=LOGIN', way: clear, account: by(), is: none() },
    { offers: 'LOGINDISABLED AUTH=GSSAPI', way: trusted, account: by(), is: none() },
    { offers: '', way: clear, account: by(), is: use('LOGIN') },
    { offers: 'AUTH=PLAIN AUTH=NTLM', way: clear, account: by(), is: use('PLAIN') },
    { offers: 'AUTH=PLAIN AUTH=NTLM', way: trusted, account: by('ntlm'), is: use('NTLM') },
    { offers: 'LOGINDISABLED AUTH=NTLM', way: clear, account: by('ntlm'), is: use('NTLM') },
    { offers: 'AUTH=PLAIN', way: trusted, account: by('ntlm'), is: none(expect.stringMatching(/is ntlm/)) },
    { offers: 'AUTH=NTLM', way: trusted, account: by('ntlm', 'd/u/s'), is: none(expect.stringMatching(/cannot name/)) },
    { offers: 'AUTH=PLAIN', way: trusted, account: by('login'), is: use('LOGIN') },
    { offers: 'LOGINDISABLED AUTH=PLAIN', way: trusted, account: by('login'), is: none(expect.any(String)) },
    { offers: 'AUTH=NTLM', way: trusted, account: by('plain'), is: none(expect.stringMatching(/is plain/)) },
    { offers: 'AUTH=PLAIN AUTH=XOAUTH2', way: trusted, account: byToken, is: use('XOAUTH2') },
    { offers: 'AUTH=PLAIN', way: trusted, account: byToken, is: none(expect.stringMatching(/wants XOAUTH2/)) },
    { offers: 'AUTH=XOAUTH2', way: clear, account: byToken, is: withhold('not-encrypted') },
    { offers: 'AUTH=XOAUTH2', way: anybody, account: byToken, is: withhold('untrusted-server') },
    { offers: 'AUTH=XOAUTH2 LOGINDISABLED', way: trusted, account: by(), is: none() },
  ])('$offers, $account.mechanism: $is.is $is.mechanism', ({ offers, way, account, is }) => {
    expect(imapMechanism(offers.split(' '), way, account)).toEqual(is);
  });
});

describe('the way to log in to SMTP', () => {
  it.each([
    { offers: 'GSSAPI NTLM LOGIN', way: trusted, account: by(), is: use('SASL-LOGIN') },
    { offers: 'PLAIN NTLM', way: trusted, account: by(), is: use('PLAIN') },
    { offers: 'GSSAPI NTLM', way: trusted, account: by(), is: use('NTLM') },
    { offers: 'GSSAPI NTLM', way: clear, account: by(), is: withhold('not-encrypted') },
    { offers: 'GSSAPI NTLM', way: clear, account: by('ntlm'), is: use('NTLM') },
    { offers: 'LOGIN XOAUTH2', way: trusted, account: byToken, is: use('XOAUTH2') },
    { offers: '', way: trusted, account: by(), is: none() },
  ])('$offers: $is.is $is.mechanism', ({ offers, way, account, is }) => {
    expect(smtpMechanism(offers.split(' '), way, account)).toEqual(is);
  });
});
