import { LabError } from '../lab-error.js';
import type { Call, Expression, Statement } from './syntax.js';

/** Reads a script or a pasted line. Throws `LabError` at the first thing that our own commands do not hold. */
export const readShell = (source: string): Statement[] => {
  const text = source.replace(/^\ufeff/, '').replace(/\r\n/g, '\n');
  let at = 0;

  const body = statements('');
  return body;

  function statements(end: string): Statement[] {
    const found: Statement[] = [];
    for (;;) {
      skip(/(?:[\s;]|#[^\n]*)*/y);
      if (at >= text.length && end === '') return found;
      if (end !== '' && take(end)) return found;
      found.push(statement());
    }
  }

  function statement(): Statement {
    if (peek(/\[CmdletBinding\(/iy)) skip(/\[CmdletBinding\([^\n]*\)\]/iy);
    spaces(true);
    const keyword = peek(/(?:if|foreach|try|function|param|return|throw)\b(?=[\s({])/iy)?.toLowerCase();
    if (keyword) at += keyword.length;
    switch (keyword) {
      case 'if':
        return choice();
      case 'foreach': {
        expect('(');
        const name = variableName();
        expect('in');
        const of = pipeline();
        expect(')');
        return { do: 'foreach', name, of, body: block() };
      }
      case 'try': {
        const tried = block();
        expect('catch');
        return { do: 'try', body: tried, caught: block() };
      }
      case 'function': {
        spaces();
        const name = must(/[A-Za-z][\w-]*/y);
        return { do: 'function', name, parameters: parameters(), body: block() };
      }
      case 'param':
        return { do: 'parameters', names: parameters() };
      case 'return':
      case 'throw':
        spaces();
        return { do: keyword, value: peek(/[\n;})]/y) === null && at < text.length ? pipeline() : null };
      default:
        return assignment();
    }
  }

  function choice(): Statement {
    const cases: Extract<Statement, { do: 'if' }>['cases'] = [];
    do {
      expect('(');
      const when = pipeline();
      expect(')');
      cases.push({ when, body: block() });
    } while (word('elseif'));
    return { do: 'if', cases, otherwise: word('else') ? block() : [] };
  }

  function parameters(): string[] {
    expect('(');
    const names: string[] = [];
    for (;;) {
      spaces(true);
      if (take(')')) return names;
      skip(/\[[A-Za-z]+\]/y);
      names.push(variableName());
      spaces(true);
      take(',');
    }
  }

  function assignment(): Statement {
    const start = at;
    if (peek(/\$/y) !== null) {
      const to = postfix();
      spaces();
      if (peek(/=(?!=)/y) !== null) {
        at += 1;
        spaces(true);
        return { do: 'assign', to, value: statement() };
      }
      at = start;
    }
    return pipeline();
  }

  function pipeline(): Statement {
    spaces(true);
    const head = peek(/&|[A-Za-z]/y) === null ? list() : call();
    const rest: Call[] = [];
    for (;;) {
      spaces();
      if (!take('|')) return { do: 'pipeline', head, rest };
      spaces(true);
      rest.push(call());
    }
  }

  function call(): Call {
    const command = take('&') ? postfix() : must(/[A-Za-z][\w-]*/y);
    const made: Call = { command, named: [], positional: [] };
    for (;;) {
      spaces();
      if (at >= text.length || peek(/[\n;|)}]/y) !== null) return made;
      const name = peek(/-[A-Za-z]\w*/y);
      if (name === null) made.positional.push(argument());
      else {
        at += name.length;
        const colon = take(':');
        if (!colon) spaces();
        const alone = at >= text.length || peek(/[\n;|)}]|-[A-Za-z]/y) !== null;
        made.named.push([name.slice(1).toLowerCase(), alone ? null : argument()]);
      }
    }
  }

  /** One argument of a command: bare words are texts there, and a comma makes a list. */
  function argument(): Expression {
    const items = [one()];
    while (take(',')) items.push(one());
    return items.length === 1 ? (items[0] as Expression) : { is: 'list', items };

    function one(): Expression {
      const bare = peek(/[A-Za-z][^\s;|(){},'"]*/y);
      if (bare === null) return postfix();
      at += bare.length;
      return { is: 'value', value: bare };
    }
  }

  function list(): Expression {
    const items = [logical()];
    spaces();
    while (take(',')) {
      spaces(true);
      items.push(logical());
      spaces();
    }
    return items.length === 1 ? (items[0] as Expression) : { is: 'list', items };
  }

  function logical(): Expression {
    return binary(/-(?:and|or)\b/iy, comparison);
  }
  function comparison(): Expression {
    return binary(/-(?:eq|ne|gt|ge|lt|le|like|match|notmatch|contains|notcontains|replace)\b/iy, sum);
  }
  function sum(): Expression {
    return binary(/\+/y, unary);
  }
  function binary(operators: RegExp, operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      spaces();
      const operator = peek(operators);
      if (operator === null) return left;
      at += operator.length;
      spaces(true);
      const first = operand();
      // `-replace` takes two on its right.
      const right: Expression =
        operator.toLowerCase() === '-replace' && take(',') ? { is: 'list', items: [first, operand()] } : first;
      left = { is: 'binary', operator: operator.toLowerCase(), left, right };
    }
  }

  function unary(): Expression {
    spaces();
    if (word('-not')) return { is: 'not', of: unary() };
    const type = peek(/\[[A-Za-z]+\](?!::)/y);
    if (type === null) return postfix();
    at += type.length;
    return { is: 'cast', type: type.slice(1, -1).toLowerCase(), of: unary() };
  }

  function postfix(): Expression {
    let of = primary();
    for (;;) {
      if (take('[')) {
        const index = list();
        expect(']');
        of = { is: 'index', of, at: index };
      } else if (peek(/\.[A-Za-z$'(]/y) !== null) {
        at += 1;
        const plain = peek(/[A-Za-z]\w*/y);
        const name: Expression = plain === null ? primary() : { is: 'value', value: plain };
        if (plain !== null) at += plain.length;
        of = { is: 'member', of, name, call: take('(') ? callArguments() : null };
      } else return of;
    }
  }

  function callArguments(): Expression[] {
    const given: Expression[] = [];
    for (;;) {
      spaces(true);
      if (take(')')) return given;
      given.push(logical());
      spaces(true);
      take(',');
    }
  }

  function primary(): Expression {
    spaces();
    const number = peek(/-?\d+(?:\.\d+)?/y);
    if (number !== null) {
      at += number.length;
      return { is: 'value', value: Number(number) };
    }
    if (peek(/['\u2018\u2019\u201a\u201b]/y) !== null) return { is: 'value', value: singleQuoted() };
    if (take('"')) {
      const words = must(/[^"$`]*/y);
      expect('"');
      return { is: 'value', value: words };
    }
    if (peek(/\$/y) !== null) {
      const name = variableName();
      return name === 'true' || name === 'false'
        ? { is: 'value', value: name === 'true' }
        : name === 'null'
          ? { is: 'value', value: null }
          : { is: 'variable', name };
    }
    if (take('@(')) return { is: 'nested', body: statements(')'), array: true };
    if (take('@{')) return table();
    if (take('{')) return { is: 'block', body: statements('}') };
    if (take('(')) {
      const inner = pipeline();
      spaces(true);
      expect(')');
      return { is: 'nested', body: [inner], array: false };
    }
    const type = peek(/\[[A-Za-z]+\]::/y);
    if (type === null) throw fault('an expression');
    at += type.length;
    return { is: 'static', type: type.slice(1, -3).toLowerCase(), name: must(/\w+/y) };
  }

  function table(): Expression {
    const pairs: [string, Expression][] = [];
    for (;;) {
      skip(/(?:[\s;]|#[^\n]*)*/y);
      if (take('}')) return { is: 'table', pairs };
      const name = must(/[A-Za-z]\w*/y);
      spaces();
      expect('=');
      spaces();
      pairs.push([name, list()]);
    }
  }

  /** Any of the four single quotes ends it, and two in a row stand for the second. */
  function singleQuoted(): string {
    at += 1;
    let words = '';
    for (;;) {
      words += must(/[^'\u2018\u2019\u201a\u201b]*/y);
      const quotes = peek(/['\u2018\u2019\u201a\u201b]{1,2}/y);
      if (quotes === null) throw fault('the end of a text');
      at += quotes.length;
      if (quotes.length === 1) return words;
      words += quotes[1];
    }
  }

  function variableName(): string {
    spaces();
    return must(/\$(?:script:)?\w+/iy)
      .slice(1)
      .toLowerCase();
  }

  function block(): Statement[] {
    spaces(true);
    expect('{');
    return statements('}');
  }

  function peek(pattern: RegExp): string | null {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  }
  function must(pattern: RegExp): string {
    const found = peek(pattern);
    if (found === null) throw fault(String(pattern));
    at += found.length;
    return found;
  }
  function take(words: string): boolean {
    if (!text.startsWith(words, at)) return false;
    at += words.length;
    return true;
  }
  function word(name: string): boolean {
    const before = at;
    spaces(true);
    if (text.slice(at, at + name.length).toLowerCase() === name && !/[\w-]/.test(text[at + name.length] ?? '')) {
      at += name.length;
      return true;
    }
    at = before;
    return false;
  }
  function expect(words: string): void {
    spaces(true);
    if (!take(words)) throw fault(`«${words}»`);
  }
  function spaces(newlines = false): void {
    skip(newlines ? /(?:\s|#[^\n]*)*/y : /[ \t]*/y);
  }
  function skip(pattern: RegExp): void {
    at += peek(pattern)?.length ?? 0;
  }
  function fault(expected: string): LabError {
    const line = text.slice(0, at).split('\n').length;
    return new LabError(`line ${line}: expected ${expected} before ${text.slice(at, at + 40)}`);
  }
};
