ALTER TABLE `users` ADD `mailed_at` integer;
