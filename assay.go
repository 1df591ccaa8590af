// Package assay is the contract of a unified-login platform, as data and pure functions.
//
// A Host-App injects a user into its SDK; the SDK's plugin answers the mini-program's wx.login with an encrypted
// one-time code; the mini-program's business service sends the code, with its personal access token (PAT), to the
// platform and gets the user's identity. One such request and its answer is an exchange.
//
// Start here:
//
//   - [Exchange] is what was injected, what was sent and what came back. Every check is a function of exchanges.
//   - [Judge] gives the result of one exchange: accepted, refused, a fault, or inconclusive. [Glance] recognizes the
//     plain acceptances among a load run's answers without allocating.
//   - [Requirements] is the list that an implementation is held to; [Verdict] is the result for one requirement, and a
//     [Waiver] accepts a known violation until a date.
//   - [Yields] is the table of requirements that give way to another, so that one fault makes one accusation; a [Yield] is a row.
//   - [Target] describes an implementation under test; package targetfile reads it from a file.
//   - [Host] is the interface through which a suite or a load run obtains codes.
//
// The package imports only internal packages of the module. Package suites runs the requirements as Ginkgo specs, package
// loadgen measures, and the packages below reports render what both found.
package assay
