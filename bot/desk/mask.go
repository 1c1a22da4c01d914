package desk

import (
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
)

// Mask shortens the id of a person who messages the account to what tells two of them apart at a glance and names nobody. The people at the
// desk never see more.
func Mask(user string) string {
	if len(user) <= 8 {
		return "…"
	}
	return user[:4] + "…" + user[len(user)-4:]
}

// Follower finds the one of the followers of a filing whom a mask stands for. Errors: ErrNotFound, CodeConflict where there are several.
func Follower(followers []filing.Follower, mask string) (user string, err error) {
	for _, f := range followers {
		if Mask(f.User) != mask {
			continue
		}
		if user != "" {
			return "", errs.Errorf(errs.CodeConflict, "several followers have this masked id")
		}
		user = f.User
	}
	if user == "" {
		return "", errs.Errorf(errs.CodeNotFound, "nobody with this id follows the filing")
	}
	return user, nil
}
