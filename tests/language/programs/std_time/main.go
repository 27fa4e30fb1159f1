// Package time: durations and times as values, text of both, parsing.
package main

import (
	"fmt"
	"time"
)

func main() {
	for _, d := range []time.Duration{0, 1, 1500, 2 * time.Millisecond, 90 * time.Second, -3*time.Hour - 5*time.Minute, 1<<63 - 1} {
		fmt.Println(d, d.Seconds(), d.Minutes(), d.Milliseconds(), d.Round(time.Second), d.Truncate(time.Minute), d.Abs())
	}
	for _, s := range []string{"1h15m30.5s", "-2us", "x", "3"} {
		d, err := time.ParseDuration(s)
		fmt.Println(d, err)
	}
	t := time.Date(2024, time.February, 29, 23, 59, 58, 123456789, time.UTC)
	fmt.Println(t, t.Weekday(), t.YearDay(), t.Unix(), t.UnixMilli(), t.IsZero())
	fmt.Println(t.Format(time.RFC3339Nano), t.Format("Jan _2 2006 03:04PM Mon"), t.Format(time.Kitchen))
	later := t.AddDate(1, 0, 1).Add(2 * time.Second)
	fmt.Println(later, later.Sub(t), later.After(t), t.Before(later), t.Equal(t.In(time.FixedZone("X", 3600))), t.In(time.FixedZone("X", 3600)))
	fmt.Println(t.Truncate(time.Hour), t.Round(24*time.Hour), time.Unix(1700000000, 5).UTC(), time.UnixMilli(5).UTC())
	for _, s := range []string{"2023-10-05T07:08:09Z", "2023-10-05T07:08:09.25+02:00", "bad"} {
		p, err := time.Parse(time.RFC3339, s)
		fmt.Println(p, err)
	}
	year, week := t.ISOWeek()
	h, m, s := t.Clock()
	fmt.Println(year, week, h, m, s, time.Month(13), time.Saturday, time.Time{})

	start := time.Now()
	time.Sleep(3 * time.Millisecond)
	passed := time.Since(start)
	fmt.Println(passed >= 3*time.Millisecond, passed < time.Second, time.Until(start) < 0, start.Add(time.Hour).After(time.Now()))
	timer := time.NewTimer(time.Hour)
	fmt.Println(timer.Stop(), timer.Reset(time.Millisecond))
	<-timer.C
	ticker := time.NewTicker(time.Millisecond)
	<-ticker.C
	<-ticker.C
	ticker.Stop()
	fmt.Println(len(ticker.C))
}
