// Package assay is the contract of a unified-login platform, as data and pure functions.
//
// A Host-App injects a user into its SDK; the SDK's plugin answers the mini-program's wx.login with an encrypted
// one-time code; the mini-program's business service exchanges the code, with its personal access token (PAT), for
// the user's identity. One such request and its answer is an [Exchange].
//
// Start with [Exchange], which is what was injected, what was sent and what came back; [Judge], the oracle that says
// what one exchange amounts to; and [Requirements], the one list of what an implementation is held to. [Target]
// describes an implementation under test, and [Host] is how its codes are come by.
//
// The package imports nothing else of the module: suites judge with it, reports render it.
package assay
