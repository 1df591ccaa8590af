"""A driver for assay in Python 3, to copy: standard library only.

    driver: {exec: [python3, driver.py]}     in the target file

assay writes one request per line to standard input and reads one reply per line from standard output, matched by id, in any
order. Write nothing else to standard output; standard error goes to the log of the run.
"""

import json
import os
import sys
import urllib.request

# The test hook of your host app. The default is that of the reference, as `assay serve` prints it, to try this driver.
HOOK = os.environ.get("HOST_APP_HOOK", "http://127.0.0.1:7081")


def call_host_app(request):
    """Have your host app perform a request.

    REPLACE the three lines with a call of your own test API or UI automation; the reference's hook accepts assay's
    requests and returns assay's replies unchanged.
    """
    post = urllib.request.Request(HOOK, data=json.dumps(request).encode(), method="POST")
    with urllib.request.urlopen(post, timeout=20) as response:
        return json.load(response)


def hello(_):
    """Return what this driver offers."""
    return {"hello": {
        "name": "my host app",
        "version": "1",
        "ops": [op for op in OPS if op != "hello"],
        "platforms": ["ios", "android", "harmonyos", "uniapp", "ide"],
    }}


# One function per op. DELETE those that your host app cannot do: their requirements are then untested, not failed.
OPS = {
    "hello": hello,
    # Inject host.userId, host.channel and host.phone (do not inject an absent one, and clear the one of
    # the previous call), open the mini-program appId and call wx.login. Report the callbacks, also of a failure, unchanged:
    # {"callbacks": [{"name": "success", "detail": {"code": …, "appid": …, "apiserver": …}}]}
    "login": call_host_app,
    # The same, but tap the button; the callback is bindgetphonenumber.
    "getPhoneNumber": call_host_app,
    # Issue count codes of a kind (login or phone) for appId: {"codes": [{"code", "userId", "channel", "phone"}]}
    "mint": call_host_app,
    # Expire one unused code: {"ok": True}
    "expire": call_host_app,
    # Move the platform's clock forward by a number of seconds; on test systems only: {"ok": True}
    "advance": call_host_app,
    # Issue a PAT with the given scopes, of another developer if tenant is "other": {"pat": …}
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
    except Exception as error:  # an error of the driver, which does not count against the platform
        reply = {"error": str(error)}
    reply["id"] = request["id"]
    print(json.dumps(reply), flush=True)  # without the flush assay would not receive it
