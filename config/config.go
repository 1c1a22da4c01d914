// Package config is what an operator can set: a YAML file, the environment over it, defaults beneath. It imports nothing of ours; the
// service maps its sections onto each room's own options.
package config

import "time"

// Config is the whole configuration. See reference.yaml for the meaning of each key.
type Config struct {
	Listen      string `yaml:"listen" env:"LISTEN"`
	AdminListen string `yaml:"admin_listen" env:"ADMIN_LISTEN"`
	DataDir     string `yaml:"data_dir" env:"DATA_DIR"`
	RedisURL    string `yaml:"redis_url" env:"REDIS_URL" secret:"url"`

	WeChat   WeChat   `yaml:"wechat" envPrefix:"WECHAT_"`
	Admin    Admin    `yaml:"admin" envPrefix:"ADMIN_"`
	Log      Log      `yaml:"log" envPrefix:"LOG_"`
	KB       KB       `yaml:"kb" envPrefix:"KB_"`
	Push     Push     `yaml:"push" envPrefix:"PUSH_"`
	Limits   Limits   `yaml:"limits" envPrefix:"LIMITS_"`
	Human    Human    `yaml:"human" envPrefix:"HUMAN_"`
	Calendar Calendar `yaml:"calendar" envPrefix:"CALENDAR_"`
}

// WeChat is the account.
type WeChat struct {
	AppID              string        `yaml:"app_id" env:"APP_ID"`
	AppSecret          string        `yaml:"app_secret" env:"APP_SECRET" secret:"all"`
	Token              string        `yaml:"token" env:"TOKEN" secret:"all"`
	AESKey             string        `yaml:"aes_key" env:"AES_KEY" secret:"all"`
	PreviousAESKey     string        `yaml:"previous_aes_key" env:"PREVIOUS_AES_KEY" secret:"all"`
	Mode               string        `yaml:"mode" env:"MODE"`
	CallbackPath       string        `yaml:"callback_path" env:"CALLBACK_PATH"`
	Freshness          time.Duration `yaml:"freshness" env:"FRESHNESS"`
	APIBase            string        `yaml:"api_base" env:"API_BASE"`
	StatusTemplate     string        `yaml:"status_template" env:"STATUS_TEMPLATE"`
	StatusSubscription string        `yaml:"status_subscription" env:"STATUS_SUBSCRIPTION"`
	// StatusFields maps the keywords of the status template (and of the subscription notice) to what they shall say.
	StatusFields map[string]string `yaml:"status_fields"`
	// CustomerMessages says whether the account may send customer messages (verified accounts may).
	CustomerMessages bool `yaml:"customer_messages" env:"CUSTOMER_MESSAGES"`
	// QRCodes says whether the account may make QR codes with a scene (verified service accounts may).
	QRCodes bool `yaml:"qr_codes" env:"QR_CODES"`
}

// Admin is the admin listener's first key.
type Admin struct {
	Token string `yaml:"token" env:"TOKEN" secret:"all"`
}

// Log is how the program logs.
type Log struct {
	Level  string `yaml:"level" env:"LEVEL"`
	Format string `yaml:"format" env:"FORMAT"`
}

// KB is the knowledge.
type KB struct {
	Dir string `yaml:"dir" env:"DIR"`
	// AnswerAt and ChooseAt are the confidences from which a question is answered, or asked back; zero means the measured defaults.
	AnswerAt float64 `yaml:"answer_at" env:"ANSWER_AT"`
	ChooseAt float64 `yaml:"choose_at" env:"CHOOSE_AT"`
}

// Push is how pushes are sent.
type Push struct {
	PerSecond float64 `yaml:"per_second" env:"PER_SECOND"`
	Parallel  int     `yaml:"parallel" env:"PARALLEL"`
	// QuietHours is the part of the day in which people are not disturbed, in China's time: 22:00-08:00, or off.
	QuietHours string `yaml:"quiet_hours" env:"QUIET_HOURS"`
	// Lease is how long a notice is with one worker: after a crash another takes it up when that is over.
	Lease time.Duration `yaml:"lease" env:"LEASE"`
}

// Limits bound what one person may ask of the bot.
type Limits struct {
	MessagesPerMinute int           `yaml:"messages_per_minute" env:"MESSAGES_PER_MINUTE"`
	ReplyBudget       time.Duration `yaml:"reply_budget" env:"REPLY_BUDGET"`
}

// Human is what is said to somebody who wants a person.
type Human struct {
	Reply string `yaml:"reply" env:"REPLY"`
}

// Calendar is the official holiday calendar.
type Calendar struct {
	Dir string `yaml:"dir" env:"DIR"`
}

// Default returns the configuration of a program that was told nothing.
func Default() Config {
	return Config{
		Listen:      ":8080",
		AdminListen: "127.0.0.1:9090",
		DataDir:     "./data",
		WeChat: WeChat{
			CallbackPath: "/wechat",
			Freshness:    5 * time.Minute,
			APIBase:      "https://api.weixin.qq.com",
		},
		Log:    Log{Level: "info", Format: "text"},
		Push:   Push{PerSecond: 20, Parallel: 4, QuietHours: "22:00-08:00", Lease: time.Minute},
		Limits: Limits{MessagesPerMinute: 30, ReplyBudget: 4500 * time.Millisecond},
	}
}
