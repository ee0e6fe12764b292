/*
 * Conversations as they were recorded or rebuilt, the server's lines byte for byte. `S:` and `C:` are server and client, `[TLS handshake]`
 * is one, `[silence]` is a server that has waited too long by the next thing that the client says (a minute, in truth).
 */

/** Rebuilt in the style of Exchange 2010; SecureLogin, so a login only after encryption. */
export const OK_143_STARTTLS = `
S: * OK The Microsoft Exchange IMAP4 service is ready.
C: a0 CAPABILITY
S: * CAPABILITY IMAP4 IMAP4rev1 LOGINDISABLED STARTTLS UIDPLUS CHILDREN IDLE NAMESPACE LITERAL+
S: a0 OK CAPABILITY completed.
C: a1 STARTTLS
S: a1 OK Begin TLS negotiation now.
[TLS handshake]
C: a2 CAPABILITY
S: * CAPABILITY IMAP4 IMAP4rev1 AUTH=NTLM AUTH=GSSAPI AUTH=PLAIN UIDPLUS CHILDREN IDLE NAMESPACE LITERAL+
S: a2 OK CAPABILITY completed.
C: a3 LOGIN
S: a3 OK LOGIN completed.
C: a4 LOGOUT
S: * BYE Microsoft Exchange Server 2010 IMAP4 server signing off.
S: a4 OK LOGOUT completed.
`;

/** From the capture of Cisco document 117589: agents work on the account, and the next login is refused. */
export const CAPTURED_REFUSAL = `
S: * OK The Microsoft Exchange IMAP4 service is ready.
C: A0 CAPABILITY
S: * CAPABILITY IMAP4 IMAP4rev1 AUTH=NTLM AUTH=GSSAPI AUTH=PLAIN STARTTLS UIDPLUS CHILDREN IDLE NAMESPACE LITERAL+
S: A0 OK CAPABILITY completed.
C: A1 AUTHENTICATE PLAIN
S: +
C: [password]
S: A1 NO AUTHENTICATE failed.
`;

export const BAD_PASSWORD = `
S: * OK The Microsoft Exchange IMAP4 service is ready.
C: a0 AUTHENTICATE PLAIN
S: +
C: [password]
S: a0 NO AUTHENTICATE failed.
`;

/** Text seen of 2013 and later, with the tag by which its servers name themselves. */
export const NOT_CONNECTED = `
S: * OK The Microsoft Exchange IMAP4 service is ready. [RQBYADEANgAuAGMAbwBuAHQAbwBzAG8ALgB0AGUAcwB0AA==]
C: a0 AUTHENTICATE PLAIN
S: +
C: [password]
S: a0 OK AUTHENTICATE completed.
C: a1 SELECT INBOX
S: a1 BAD User is authenticated but not connected.
C: a2 LOGOUT
S: * BYE Microsoft Exchange Server IMAP4 server signing off.
S: a2 OK LOGOUT completed.
`;

/** Text of KB 980049. */
export const SERVER_UNAVAILABLE = `
S: * OK The Microsoft Exchange IMAP4 service is ready.
C: a0 LOGIN
S: a0 OK LOGIN completed.
C: a1 SELECT INBOX
S: a1 NO Server Unavailable. 15
S: * BYE Connection closed.
`;

export const IDLE_TIMEOUT = `
S: * OK The Microsoft Exchange IMAP4 service is ready.
[silence]
S: * BYE Connection is closed. 13
`;

/** After encryption had been expected. */
export const LOGIN_DISABLED = `
S: * OK The Microsoft Exchange IMAP4 service is ready.
C: a0 CAPABILITY
S: * CAPABILITY IMAP4 IMAP4rev1 LOGINDISABLED STARTTLS UIDPLUS CHILDREN IDLE NAMESPACE LITERAL+
S: a0 OK CAPABILITY completed.
C: a1 AUTHENTICATE PLAIN
S: a1 BAD Command received in Invalid state.
`;

/** It lists no LOGINDISABLED and yet takes no LOGIN before encryption. */
export const NTLM_GSSAPI_ONLY = `
S: * OK The Microsoft Exchange IMAP4 service is ready.
C: a0 CAPABILITY
S: * CAPABILITY IMAP4 IMAP4rev1 AUTH=NTLM AUTH=GSSAPI STARTTLS UIDPLUS CHILDREN IDLE NAMESPACE LITERAL+
S: a0 OK CAPABILITY completed.
C: a1 LOGIN
S: a1 BAD Command received in Invalid state.
`;

/** The third of three refusals, with which the server hangs up; a check tries once, so it is the only one here. */
export const THIRD_FAILURE = `
S: * OK The Microsoft Exchange IMAP4 service is ready.
C: a0 AUTHENTICATE PLAIN
S: +
C: [password]
S: * BYE Connection is closed. 14
`;

/** The twenty-first connection of one address while twenty are open; Exchange 2007 and 2010. */
export const SMTP_PER_SOURCE = `
S: 421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel
`;

/** The answer to MAIL FROM is real. */
export const SMTP_RATE = `
S: 220 ex-cas01.contoso.test Microsoft ESMTP MAIL Service ready at Sun, 29 Jun 2014 11:30:53 -0500
C: EHLO uccx1.contoso.test
S: 250-ex-cas01.contoso.test Hello [10.4.3.20]
S: 250-SIZE
S: 250-PIPELINING
S: 250-DSN
S: 250-ENHANCEDSTATUSCODES
S: 250-STARTTLS
S: 250-AUTH NTLM
S: 250-8BITMIME
S: 250-BINARYMIME
S: 250 CHUNKING
C: MAIL FROM:<uccxemail@contoso.test>
S: 421 4.4.2 Message submission rate for this client has exceeded the configured limit
`;

/** What Unity Connection's Jetty answers, head and length as captured. */
export const JETTY_OK = `HTTP/1.1 200 OK
Date: Sun, 29 Jun 2014 15:10:55 GMT
Content-Type: text/xml;charset=UTF-8
Connection: close
Server: Jetty(8.1.14.v20131031)

<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><ns1:SendNotificationResult xmlns:ns1="http://schemas.microsoft.com/exchange/services/2006/messages"><ns1:SubscriptionStatus>OK</ns1:SubscriptionStatus></ns1:SendNotificationResult></soapenv:Body></soapenv:Envelope>`;

/** What a proxy answers that cannot reach it. */
export const PROXY_ERROR = `HTTP/1.1 503 Service Unavailable
Server: squid/3.5.20
Mime-Version: 1.0
Date: Sun, 29 Jun 2014 15:10:55 GMT
Content-Type: text/html;charset=utf-8
Content-Length: 168
X-Squid-Error: ERR_CONNECT_FAIL 111
Via: 1.1 proxy01.contoso.test (squid/3.5.20)
Connection: close

<html><head><title>ERROR: The requested URL could not be retrieved</title></head><body><p>Connection to 10.93.132.92 failed. (111) Connection refused</p></body></html>
`;

/** A dialogue with a server that is no Exchange and well: its greeting, what it offers, and what it says of a login and a mailbox. */
export const otherServer = (words: {
  greeting: string;
  offers: string;
  login: string;
  select: string;
  bye: string;
}): string => `
S: * OK ${words.greeting}
C: a0 CAPABILITY
S: * CAPABILITY ${words.offers}
S: a0 OK ${words.login.includes('Pre-login') ? 'Pre-login capabilities listed, post-login capabilities have more.' : 'Completed'}
C: a1 AUTHENTICATE PLAIN
S: +
C: [password]
S: a1 ${words.login}
C: a2 SELECT INBOX
S: ${words.select}
C: a3 LOGOUT
S: * BYE ${words.bye}
S: a3 OK LOGOUT completed
`;
