CREATE TABLE `revocations` (
	`key` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`until` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `revocations_until` ON `revocations` (`until`);
