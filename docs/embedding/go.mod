module example.com/acme/login

go 1.26.0

require github.com/unified-login/assay v0.0.0

replace github.com/unified-login/assay => ../..
