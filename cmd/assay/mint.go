package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/reports/phrase"
)

// mintBatch is the approximate number of codes per request: few enough for a driver that makes them one by one.
const mintBatch = 1000

// mintFlags are the flags of assay mint.
type mintFlags struct {
	target       targetFlags
	kind         string
	count, users int
	bare         bool
}

func mintCommand(around surroundings) *cobra.Command {
	var flags mintFlags
	command := &cobra.Command{
		Use:   "mint",
		Short: "Print codes as JSON Lines",
		Long: `Print freshly issued codes as JSON Lines, through the driver that the target names. Each
line has the format of a pool file: the code, its kind, its app and its user. A driver
without mint issues them one by one, as for a mini-program. With --bare, a line is the
code alone, for a variable of a shell.`,
		Example: `  assay mint --target target.yaml
  assay mint --target target.yaml --kind phone --count 1000 --users 50 > codes.jsonl
  CODE=$(assay mint --target target.yaml --bare)`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return mint(command.Context(), around, flags) },
	}
	flags.target.register(command)
	f := command.Flags()
	f.Lookup("target").Usage = "target `FILE` of the implementation, or --api-server, --app, --pat and --driver"
	f.StringVar(&flags.kind, "kind", string(assay.Login), "`KIND` of the codes: "+string(assay.Login)+" or "+string(assay.Phone))
	f.IntVar(&flags.count, "count", 1, "print `N` codes")
	f.IntVar(&flags.users, "users", 1, "spread them over `N` users of the driver's choice")
	f.BoolVar(&flags.bare, "bare", false, "print the code alone on each line")
	return command
}

func (f mintFlags) check() error {
	switch {
	case f.kind != string(assay.Login) && f.kind != string(assay.Phone):
		return phrase.Failed(phrase.KindUnknown, strconv.Quote(f.kind))
	case f.count < 1:
		return phrase.Failed(phrase.CountNotPositive, f.count)
	case f.users < 1:
		return phrase.Failed(phrase.UsersNotPositive, f.users)
	case !f.target.named():
		return phrase.Failed(phrase.MintNeeds)
	default:
		return nil
	}
}

func mint(ctx context.Context, around surroundings, flags mintFlags) error {
	if err := flags.check(); err != nil {
		return err
	}
	log := &liveLog{w: around.stderr, redactor: around.secrets}
	defer log.flush()
	under, err := flags.target.open(ctx, around, log)
	if err != nil {
		return err
	}
	defer under.close()
	under.host, under.hello = driver.MintByTap(under.host, under.hello, under.target)
	if under.target.Driver.Kind() != assay.NoDriver && !under.hello.Offers(assay.OpMint) {
		return phrase.Failed(phrase.NoCodesIssued)
	}
	out := bufio.NewWriter(around.stdout)
	// Codes that were issued are printed, even if a later request fails.
	return errors.Join(printCodes(ctx, out, under, flags), out.Flush())
}

// printCodes requests the codes in batches. Each batch except the last has the same number of codes for every user.
func printCodes(ctx context.Context, w io.Writer, under implementation, flags mintFlags) error {
	batch := flags.users * max(1, mintBatch/flags.users)
	request := assay.HostRequest{
		Op: assay.OpMint, Kind: assay.Endpoint(flags.kind), AppID: under.target.Apps[0], Users: flags.users,
	}
	lines := json.NewEncoder(w)
	for left := flags.count; left > 0; {
		request.Count = min(left, batch)
		reply, err := under.host.Ask(ctx, request)
		if err != nil {
			return err
		}
		left -= len(reply.Codes)
		for _, code := range reply.Codes {
			var err error
			if flags.bare {
				_, err = fmt.Fprintln(w, code.Code)
			} else {
				err = lines.Encode(code)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
