"""One call of a function, in quickjs: a fresh context, without process, require, fetch or clock.

Runs inside a worker process (``worker``): what a function can do to the interpreter stays there.
"""

from __future__ import annotations

import json
from typing import Any

import quickjs

MEMORY = 32 * 1024 * 1024
STACK = 256 * 1024
SECONDS = 1
"""Of processor time. The worker's owner waits for longer, by the clock on the wall."""
MAX_LOG = 8 * 1024
MAX_ERROR = 1024
MAX_RESULT = 256 * 1024
MAX_SENT = 10

# ``console`` keeps what is printed out of the function's reach; ``__outcome`` hands it out with
# what the handler came to. A handler may return, resolve, or call back, as at Lambda.
_PRELUDE = """
(() => {
  const printed = [], stringify = JSON.stringify, parse = JSON.parse, push = printed.push;
  let size = 0, outcome = null;
  const show = (value) => {
    if (typeof value === "string") return value;
    if (value instanceof Error) return value.stack ? `${value}\\n${value.stack}` : `${value}`;
    try { return stringify(value) ?? String(value); } catch { return String(value); }
  };
  const print = (...values) => {
    if (size > MOST) return;
    const line = values.map(show).join(" ").slice(0, MOST);
    size += line.length + 1;
    push.call(printed, line);
  };
  globalThis.console = { log: print, info: print, warn: print, error: print, debug: print };
  globalThis.module = { exports: {} };
  globalThis.exports = globalThis.module.exports;
  const failed = (error) => {
    outcome ??= { error: error instanceof Error ? error.message : show(error) };
  };
  const returned = (value) => { outcome ??= { result: value }; };
  // What stands for AWS's Encryption SDK, SES and SNS, which a function here has no way to.
  const sent = [];
  globalThis.send = async ({ to, subject = "", body }) => {
    if (sent.length === LETTERS) throw new Error("Maximum sending rate exceeded.");
    push.call(sent, { to: String(to), subject: String(subject), body: String(body) });
  };
  globalThis.__start = (text, secrets) => {
    const known = parse(secrets), knows = Object.prototype.hasOwnProperty.bind(known);
    globalThis.decrypt = async (sealed) => {
      if (!knows(sealed)) throw new Error("AccessDeniedException: not sealed for this call.");
      return known[sealed];
    };
    const handler = globalThis.module.exports.handler;
    if (typeof handler !== "function") {
      outcome = { error: "The function exports no handler: exports.handler = async (event) => …" };
      return;
    }
    const called = (error, value) => (error ? failed(error) : returned(value));
    try {
      const value = handler(parse(text), {}, called);
      if (value instanceof Promise) value.then(returned, failed);
      else if (value !== undefined || handler.length < 3) returned(value);
    } catch (error) { failed(error); }
  };
  globalThis.__outcome = () => {
    outcome ??= { error: "The handler never answered." };
    return stringify({ ...outcome, log: printed.join("\\n").slice(0, MOST), sent });
  };
})();
""".replace("MOST", str(MAX_LOG)).replace("LETTERS", str(MAX_SENT))


def run(source: str, event: str, secrets: str = "{}") -> dict[str, Any]:
    """What ``source``'s handler makes of ``event`` (JSON): ``result`` or ``error``, ``log``, what
    it ``sent``, and ``timed_out`` if it used up its time. ``secrets`` (JSON) it may decrypt."""
    context = quickjs.Context()
    context.set_memory_limit(MEMORY)
    context.set_max_stack_size(STACK)
    context.set_time_limit(SECONDS)
    try:
        context.eval(_PRELUDE)
        start, outcome = context.get("__start"), context.get("__outcome")
        context.eval(source)
        start(event, secrets)
        while context.execute_pending_job():
            pass
        text = outcome()
    except quickjs.JSException as error:
        said = str(error).strip()[:MAX_ERROR]
        return {"error": said, "timed_out": "interrupted" in said, "log": ""}
    if not isinstance(text, str) or len(text) > MAX_RESULT:
        return {"error": "The function's answer is too large.", "log": ""}
    told: dict[str, Any] = json.loads(text)
    if "error" in told:
        told["error"] = str(told["error"])[:MAX_ERROR] or "Error"
    return told
