#!/bin/sh
# A driver for assay in POSIX shell, to copy: it needs curl, and no jq.
#
#   driver: {exec: [sh, driver.sh]}     in the target file
#
# assay writes one request per line to standard input and reads one reply per line from standard output, matched by id, in
# any order. Write nothing else to standard output; standard error goes to the log of the run.
set -u

# The test hook of your host app. The default is that of the reference, as `assay serve` prints it, to try this driver.
hook=${HOST_APP_HOOK:-http://127.0.0.1:7081}

# call_host_app has your host app perform the request, and prints the reply. REPLACE its three lines with a call of your
# own test API or UI automation; the reference's hook accepts assay's requests and returns assay's replies unchanged.
# Pass secrets to curl on standard input: other processes can read its arguments.
call_host_app() {
	reply=$(printf '%s' "$request" | curl --silent --show-error --max-time 20 --data-binary @- "$hook") || reply=
	[ -n "$reply" ] || reply="{\"id\":$id,\"error\":\"the host app did not answer\"}"
	printf '%s\n' "$reply"
}

# One request after the other: a host app has one user at a time. The loop ends when assay closes the input.
#
# "id" and "op" can be cut out of the line, because within a string the quotes around them would be escaped. Other texts
# cannot: if your host app's API needs them one by one, use jq or one of the other languages.
while IFS= read -r request; do
	id=${request#*\"id\":} id=${id%%[!0-9]*}
	op=${request#*\"op\":\"} op=${op%%\"*}
	case $op in
	hello)
		# What this driver offers. DELETE the ops that your host app cannot do, here and below: their requirements are
		# then untested, not failed.
		printf '{"id":%s,"hello":{"name":"my host app","version":"1",' "$id"
		printf '"ops":["login","getPhoneNumber","mint","expire","advance","issuePat","revokePat","gray"],'
		printf '"platforms":["ios","android","harmonyos","uniapp","ide"]}}\n'
		;;
	# Inject host.userId, host.channel and host.phone (do not inject an absent one, and clear the one of the previous
	# call), open the mini-program appId and call wx.login. Report the callbacks, also of a failure, unchanged:
	# {"id":7,"callbacks":[{"name":"success","detail":{"code":"…","appid":"…","apiserver":"…"}}]}
	login) call_host_app ;;
	# The same, but tap the button; the callback is bindgetphonenumber.
	getPhoneNumber) call_host_app ;;
	# Issue count codes of a kind for appId: {"id":7,"codes":[{"code":"…","userId":"…","channel":"…","phone":"…"}]}
	mint) call_host_app ;;
	# Expire one unused code, move the platform's clock (test systems only), revoke a PAT,
	# report grayscale values: {"id":7,"ok":true}
	expire | advance | revokePat | gray) call_host_app ;;
	# Issue a PAT with the given scopes, of another developer if tenant is "other": {"id":7,"pat":"…"}
	issuePat) call_host_app ;;
	*) printf '{"id":%s,"unsupported":"not offered"}\n' "$id" ;;
	esac
done
