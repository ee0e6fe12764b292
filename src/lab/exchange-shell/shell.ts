import { LabError } from '../lab-error.js';
import type { Cmdlet } from './cmdlets.js';
import { cast, operated } from './operators.js';
import { readShell } from './read.js';
import { type Call, type Expression, isCall, type Statement } from './syntax.js';
import { asText, type Block, gathered, isBlock, isThing, isTrue, listed, thing, type Value } from './values.js';

export type Ran = {
  /** What it wrote, in order; a warning with its word in front. */
  said: string[];
  /** The same as it came out, before it was written. */
  gave: Value[];
  /** What ended it before its time; null: it came to its end. */
  failed: string | null;
};

export type RunOptions = {
  /** Where the script lies. */
  path?: string;
  whatIf?: boolean;
  switches?: readonly string[];
  /** The answer to -Confirm, by what is about to be done; yes where not given. */
  allows?: (target: string) => boolean;
  /** The answer of whoever sits before it to «are you sure?»; yes where not given. */
  confirms?: (query: string) => boolean;
};

type Scope = { values: Map<string, Value>; parent: Scope | null };
type Function = { parameters: string[]; body: Statement[] };

/** Runs our own commands and scripts (nothing else is understood) on the cmdlets that it is given. */
export const runShell = async (
  source: string,
  cmdlets: ReadonlyMap<string, Cmdlet>,
  {
    path = 'C:\\scripts\\line.ps1',
    whatIf = false,
    switches = [],
    allows = () => true,
    confirms = () => true,
  }: RunOptions = {},
): Promise<Ran> => {
  const said: string[] = [];
  const gave: Value[] = [];
  const functions = new Map<string, Function>();
  const top: Scope = { values: new Map(), parent: null };
  top.values.set('myinvocation', thing({ MyCommand: thing({ Path: path }) }));
  top.values.set('pscmdlet', thing({}));
  try {
    for (const value of (await run(readShell(source), top)).given) say(value);
    return { said, gave, failed: null };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { said, gave, failed: error.message };
  }

  async function run(statements: readonly Statement[], scope: Scope): Promise<{ given: Value[]; returned: boolean }> {
    const given: Value[] = [];
    for (const statement of statements) {
      const done = await step(statement, scope);
      // At the top nobody takes what is given: it is written at once, before a later statement may fail.
      if (scope === top) for (const value of done.given) say(value);
      else given.push(...done.given);
      if (done.returned) return { given, returned: true };
    }
    return { given, returned: false };
  }

  async function step(statement: Statement, scope: Scope): Promise<{ given: Value[]; returned: boolean }> {
    switch (statement.do) {
      case 'pipeline':
        return { given: await pipeline(statement, scope), returned: false };
      case 'assign':
        await assign(statement.to, await taken(statement.value, scope), scope);
        return NOTHING;
      case 'if': {
        for (const { when, body } of statement.cases)
          if (isTrue(gathered((await inner([when], scope)).given))) return run(body, scope);
        return run(statement.otherwise, scope);
      }
      case 'foreach': {
        const given: Value[] = [];
        for (const value of listed(gathered((await inner([statement.of], scope)).given))) {
          scope.values.set(statement.name, value);
          const done = await run(statement.body, scope);
          given.push(...done.given);
          if (done.returned) return { given, returned: true };
        }
        return { given, returned: false };
      }
      case 'try':
        try {
          return await run(statement.body, scope);
        } catch (error) {
          if (!(error instanceof LabError)) throw error;
          scope.values.set('_', error.message);
          return run(statement.caught, scope);
        }
      case 'function':
        functions.set(statement.name.toLowerCase(), statement);
        return NOTHING;
      case 'parameters':
        for (const name of statement.names)
          scope.values.set(
            name,
            switches.some(each => each.toLowerCase() === name),
          );
        return NOTHING;
      case 'return':
        return { given: statement.value ? (await inner([statement.value], scope)).given : [], returned: true };
      case 'throw':
        throw new LabError(
          asText(statement.value ? gathered((await inner([statement.value], scope)).given) : 'thrown'),
        );
    }
  }

  /** What is assigned: an expression stays what it is (`@()` is an empty list), a pipeline gives what came out of it. */
  async function taken(value: Statement, scope: Scope): Promise<Value> {
    if (value.do === 'pipeline' && value.rest.length === 0 && !isCall(value.head)) return evaluate(value.head, scope);
    return gathered((await inner([value], scope)).given);
  }

  /** Statements whose output somebody takes, also at the top. */
  function inner(statements: readonly Statement[], scope: Scope) {
    return run(statements, scope === top ? { values: top.values, parent: null } : scope);
  }

  async function pipeline({ head, rest }: Extract<Statement, { do: 'pipeline' }>, scope: Scope): Promise<Value[]> {
    let flowing = isCall(head) ? await call(head, [], scope) : unrolled(await evaluate(head, scope));
    for (const next of rest) flowing = await call(next, flowing, scope);
    return flowing;
  }

  async function call({ command, named, positional }: Call, input: Value[], scope: Scope): Promise<Value[]> {
    const words: Value[] = [];
    for (const each of positional) words.push(await evaluate(each, scope));
    const given = new Map<string, Value>();
    for (const [name, value] of named) given.set(name, value === null ? true : await evaluate(value, scope));
    if (typeof command !== 'string') {
      const block = await evaluate(command, scope);
      if (!isBlock(block)) throw new LabError('what stands behind & is no script block');
      return runBlock(block, scope, []);
    }
    const name = command.toLowerCase();
    const own = functions.get(name);
    if (own) {
      const values = new Map(own.parameters.map((parameter, index) => [parameter, words[index] ?? null] as const));
      return (await run(own.body, { values, parent: scope })).given;
    }
    if (name === 'where-object') {
      const [block] = words;
      const kept: Value[] = [];
      for (const value of input)
        if (isTrue(gathered(await runBlock(block as Block, scope, [], value)))) kept.push(value);
      return kept;
    }
    const cmdlet = cmdlets.get(name);
    if (name === 'get-command') {
      const wanted = asText(words[0] ?? null).toLowerCase();
      return cmdlets.has(wanted) ? [wanted] : [];
    }
    if (!cmdlet) throw new LabError(`The term '${command}' is not recognized as the name of a cmdlet.`);
    const answer = await cmdlet({
      given,
      words,
      input,
      invoke: (block, args) => runBlock(block, scope, args),
      warn: text => void said.push(`WARNING: ${text}`),
    });
    return unrolled(answer ?? null);
  }

  async function runBlock(block: Block, scope: Scope, args: Value[], it?: Value): Promise<Value[]> {
    const values = new Map<string, Value>([['args', args]]);
    if (it !== undefined) values.set('_', it);
    return (await run(block.body, { values, parent: scope })).given;
  }

  async function assign(to: Expression, value: Value, scope: Scope): Promise<void> {
    if (to.is === 'variable') {
      const isScript = to.name.startsWith('script:');
      (isScript ? top : scope).values.set(to.name.replace(/^script:/, ''), value);
      return;
    }
    if (to.is !== 'member') throw new LabError('this cannot be assigned to');
    const of = await evaluate(to.of, scope);
    if (!isThing(of)) throw new LabError('only a property of an object can be set');
    of.properties.set(asText(await evaluate(to.name, scope)).toLowerCase(), value);
  }

  async function evaluate(expression: Expression, scope: Scope): Promise<Value> {
    switch (expression.is) {
      case 'value':
        return expression.value;
      case 'variable':
        return lookUp(expression.name.replace(/^script:/, ''), expression.name.startsWith('script:') ? top : scope);
      case 'static':
        if (expression.type === 'double' && expression.name === 'PositiveInfinity') return Infinity;
        throw new LabError(`[${expression.type}]::${expression.name} is not known`);
      case 'cast':
        return cast(expression.type, await evaluate(expression.of, scope));
      case 'not':
        return !isTrue(await evaluate(expression.of, scope));
      case 'list':
        return Promise.all(expression.items.map(item => evaluate(item, scope)));
      case 'nested': {
        const { given } = await inner(expression.body, scope);
        return expression.array ? given : gathered(given);
      }
      case 'table': {
        const made = thing({});
        for (const [name, value] of expression.pairs)
          made.properties.set(name.toLowerCase(), await evaluate(value, scope));
        return made;
      }
      case 'block':
        return { is: 'block', body: expression.body };
      case 'index': {
        const of = listed(await evaluate(expression.of, scope));
        return of[Number(asText(await evaluate(expression.at, scope)))] ?? null;
      }
      case 'member':
        return member(expression, scope);
      case 'binary':
        return binary(expression, scope);
    }
  }

  function lookUp(name: string, from: Scope): Value {
    for (let scope: Scope | null = from; scope; scope = scope.parent)
      if (scope.values.has(name)) return scope.values.get(name) ?? null;
    return null;
  }

  async function member(
    { of: whose, name: called, call: given }: Extract<Expression, { is: 'member' }>,
    scope: Scope,
  ): Promise<Value> {
    const of = await evaluate(whose, scope);
    const name = asText(await evaluate(called, scope)).toLowerCase();
    if (given) {
      const words: Value[] = [];
      for (const each of given) words.push(await evaluate(each, scope));
      const [first = '', second = ''] = words.map(asText);
      if (name === 'shouldprocess') {
        if (whatIf)
          said.push(`What if: ${second ? `Performing the operation "${second}" on target "${first}".` : first}`);
        return !whatIf && allows(first);
      }
      if (name === 'shouldcontinue') return confirms(first);
      if (name === 'tolower') return asText(of).toLowerCase();
      throw new LabError(`the method ${name} is not known`);
    }
    if (name === 'count' && (Array.isArray(of) || of === null)) return listed(of).length;
    return isThing(of) ? (of.properties.get(name) ?? null) : null;
  }

  async function binary(
    { operator, left: one, right: two }: Extract<Expression, { is: 'binary' }>,
    scope: Scope,
  ): Promise<Value> {
    const left = await evaluate(one, scope);
    if (operator === '-and') return isTrue(left) && isTrue(await evaluate(two, scope));
    if (operator === '-or') return isTrue(left) || isTrue(await evaluate(two, scope));
    const right = await evaluate(two, scope);
    return operated(operator, left, right);
  }

  function say(value: Value): void {
    gave.push(value);
    said.push(asText(value));
  }
};

const NOTHING = { given: [], returned: false };

/** An array on its way through a pipeline comes item by item; `$null` out of a command is nothing. */
const unrolled = (value: Value): Value[] => (Array.isArray(value) ? value : value === null ? [] : [value]);
