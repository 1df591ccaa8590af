// Package docs holds the guides for users, and the test that keeps the generated ones fresh.
package docs
