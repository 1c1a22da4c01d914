package redis

// UserHash is what stands for a person in the names of keys.
func UserHash(user string) string { return userHash(user) }
