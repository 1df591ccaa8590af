// A driver for assay in Node (18 or later), to copy: no dependencies.
//
//   driver: {exec: [node, driver.mjs]}     in the target file
//
// assay writes one request per line to standard input and reads one reply per line from standard output, matched by id, in
// any order. Write nothing else to standard output; standard error goes to the log of the run.

import { createInterface } from 'node:readline';

// The test hook of your host app. The default is that of the reference, as `assay serve` prints it, to try this driver.
const hook = process.env.HOST_APP_HOOK || 'http://127.0.0.1:7081';

// callHostApp has your host app perform a request. REPLACE its lines with a call of your own test API or UI
// automation; the reference's hook accepts assay's requests and returns assay's replies unchanged.
async function callHostApp(request) {
  const signal = AbortSignal.timeout(20_000);
  const response = await fetch(hook, { method: 'POST', body: JSON.stringify(request), signal });
  if (!response.ok) throw new Error(`the host app answered ${response.status}`);
  return response.json();
}

// One function per op. DELETE those that your host app cannot do: their requirements are then untested, not failed.
const ops = {
  // What this driver offers.
  hello: async () => ({
    hello: {
      name: 'my host app',
      version: '1',
      ops: Object.keys(ops).filter((op) => op !== 'hello'),
      platforms: ['ios', 'android', 'harmonyos', 'uniapp', 'ide'],
    },
  }),

  // Inject host.userId, host.channel and host.phone (do not inject an absent one, and clear the one of the previous
  // call), open the mini-program appId and call wx.login. Report the callbacks, also of a failure, unchanged:
  // {callbacks: [{name: 'success', detail: {code, appid, apiserver}}]}
  login: callHostApp,

  // The same, but tap the button: {callbacks: [{name: 'bindgetphonenumber', detail: {code, appid, apiserver}}]}
  getPhoneNumber: callHostApp,

  // Issue count codes of a kind (login or phone) for appId at once: {codes: [{code, userId, channel, phone}]}
  mint: callHostApp,

  // Expire one unused code: {ok: true}
  expire: callHostApp,

  // Move the platform's clock forward by a number of seconds; on test systems only: {ok: true}
  advance: callHostApp,

  // Issue a PAT with the given scopes, of another developer if tenant is "other": {pat}
  issuePat: callHostApp,

  // Revoke one: {ok: true}
  revokePat: callHostApp,

  // Report grayscale values: {ok: true}
  gray: callHostApp,
};

// One request after the other: a host app has one user at a time. The loop ends when assay closes the input.
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let reply;
  try {
    const op = Object.hasOwn(ops, request.op) ? ops[request.op] : async () => ({ unsupported: 'not offered' });
    reply = await op(request);
  } catch (error) {
    reply = { error: String(error.cause ?? error) }; // an error of the driver, which does not count against the platform
  }
  console.log(JSON.stringify({ ...reply, id: request.id }));
}
