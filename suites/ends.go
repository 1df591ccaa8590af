package suites

import (
	"context"

	"github.com/unified-login/assay"
)

// Closing returns how many requests to an API server were lost because it closes every connection soon after its answer, without
// saying so; 0 for a server that does not.
func (s *Session) Closing(replica int) int64 { return s.client.Closing(replica) }

// enoughEnds is how many exchanges show whether a server closes every connection: every second one goes out on a used connection.
const enoughEnds = 8

// meetEnds sends more exchanges to the servers to which requests were lost on a used connection, until it is known whether they
// close every connection or closed one by chance.
func (s *Session) meetEnds(ctx context.Context) {
	endpoint := s.endpoints()[0]
	for replica := range s.client.Replicas() {
		t := &Trial{session: s, ctx: ctx, Endpoint: endpoint, situation: "pre-flight", replica: replica, aged: true}
		for n := 0; n < enoughEnds && s.client.Lost(replica) > 0 && s.client.Closing(replica) == 0 && ctx.Err() == nil; n++ {
			code, err := s.anyCode(ctx, endpoint)
			if err != nil {
				code = assay.Code{Kind: endpoint, AppID: s.config.Target.Apps[0]} // any answer will do
			}
			t.Exchange(code)
		}
	}
}
