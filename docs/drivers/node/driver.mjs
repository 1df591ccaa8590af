// A driver for assay in Node (18 or later), to copy: no dependencies.
//
//   driver: {exec: [node, driver.mjs]}     in the target file
//
// assay writes one request a line to standard input and reads one reply a line from standard output, matched by id, in
// any order. Nothing else may go to standard output; standard error goes to the run's log.

import { createInterface } from 'node:readline';

// The test hook of your host app; by default the reference's, as `assay serve` prints it, to try this driver with.
const hook = process.env.HOST_APP_HOOK || 'http://127.0.0.1:7081';

// callHostApp has your host app do what a request asks for. REPLACE its lines by a call of your own test API or
// UI automation; the reference's hook happens to take assay's requests and to give assay's replies as they are.
async function callHostApp(request) {
  const signal = AbortSignal.timeout(20_000);
  const response = await fetch(hook, { method: 'POST', body: JSON.stringify(request), signal });
  if (!response.ok) throw new Error(`the host app answered ${response.status}`);
  return response.json();
}

// One function an op. DELETE those that your host app cannot do: what needs them is then untested, never failed.
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

  // Inject host.userId, host.channel and host.phone (one that is not there must not be injected, nor left over from the
  // call before), open the mini-program appId and call wx.login. Report what fired, a failure too, as it was:
  // {callbacks: [{name: 'success', detail: {code, appid, apiserver}}]}
  login: callHostApp,

  // The same, but tap the button: {callbacks: [{name: 'bindgetphonenumber', detail: {code, appid, apiserver}}]}
  getPhoneNumber: callHostApp,

  // Issue count codes of a kind (login or phone) for appId at once: {codes: [{code, userId, channel, phone}]}
  mint: callHostApp,

  // Bring one unused code to the end of its lifetime: {ok: true}
  expire: callHostApp,

  // Move the platform's clock forward by so many seconds; for test systems only: {ok: true}
  advance: callHostApp,

  // Issue a PAT with the given scopes, of another developer where tenant is "other": {pat}
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
    reply = { error: String(error.cause ?? error) }; // the driver's own trouble, never held against the platform
  }
  console.log(JSON.stringify({ ...reply, id: request.id }));
}
