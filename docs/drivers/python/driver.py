"""A driver for assay in Python 3, to copy: standard library only.

    driver: {exec: [python3, driver.py]}     in the target file

assay writes one request a line to standard input and reads one reply a line from standard output, matched by id, in any
order. Nothing else may go to standard output; standard error goes to the run's log.
"""

import json
import os
import sys
import urllib.request

# The test hook of your host app; by default the reference's, as `assay serve` prints it, to try this driver with.
HOOK = os.environ.get("HOST_APP_HOOK", "http://127.0.0.1:7081")


def call_host_app(request):
    """Have your host app do what a request asks for.

    REPLACE the three lines by a call of your own test API or UI automation; the reference's hook happens to take
    assay's requests and to give assay's replies as they are.
    """
    post = urllib.request.Request(HOOK, data=json.dumps(request).encode(), method="POST")
    with urllib.request.urlopen(post, timeout=20) as response:
        return json.load(response)


def hello(_):
    """Say what this driver offers."""
    return {"hello": {
        "name": "my host app",
        "version": "1",
        "ops": [op for op in OPS if op != "hello"],
        "platforms": ["ios", "android", "harmonyos", "uniapp", "ide"],
    }}


# One function an op. DELETE those that your host app cannot do: what needs them is then untested, never failed.
OPS = {
    "hello": hello,
    # Inject host.userId, host.channel and host.phone (one that is not there must not be injected, nor left over from
    # the call before), open the mini-program appId and call wx.login. Report what fired, a failure too, as it was:
    # {"callbacks": [{"name": "success", "detail": {"code": …, "appid": …, "apiserver": …}}]}
    "login": call_host_app,
    # The same, but tap the button; the callback is bindgetphonenumber.
    "getPhoneNumber": call_host_app,
    # Issue count codes of a kind (login or phone) for appId: {"codes": [{"code", "userId", "channel", "phone"}]}
    "mint": call_host_app,
    # Bring one unused code to the end of its lifetime: {"ok": True}
    "expire": call_host_app,
    # Move the platform's clock forward by so many seconds; for test systems only: {"ok": True}
    "advance": call_host_app,
    # Issue a PAT with the given scopes, of another developer where tenant is "other": {"pat": …}
    "issuePat": call_host_app,
    # Revoke one: {"ok": True}
    "revokePat": call_host_app,
    # Report grayscale values: {"ok": True}
    "gray": call_host_app,
}

# One request after the other: a host app has one user at a time. The loop ends when assay closes the input.
for line in sys.stdin:
    request = json.loads(line)
    try:
        reply = OPS.get(request["op"], lambda _: {"unsupported": "not offered"})(request)
    except Exception as trouble:  # the driver's own, never held against the platform
        reply = {"error": str(trouble)}
    reply["id"] = request["id"]
    print(json.dumps(reply), flush=True)  # without the flush assay would not see it
