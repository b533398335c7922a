CREATE FUNCTION row_reach() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE coalesce(current_setting('cybercantal.role', true), '')
    WHEN 'coordinator' THEN 'network'
    WHEN 'administrator' THEN 'network'
    WHEN 'animator' THEN 'centres'
    WHEN '' THEN CASE WHEN
      pg_has_role((SELECT relowner FROM pg_class WHERE oid = 'centre'::regclass), 'MEMBER')
      OR EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'cybercantal_partner' AND pg_has_role(oid, 'MEMBER'))
      THEN 'network' ELSE 'nothing' END
    ELSE 'nothing' END
$$;

CREATE FUNCTION own_centres() RETURNS integer[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(id), '{}') FROM centre WHERE row_reach() = 'centres'
    AND code = ANY (string_to_array(current_setting('cybercantal.centres', true), ','))
$$;

CREATE FUNCTION keeps_person(known integer) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN RETURN known IN (SELECT person_id FROM agreement WHERE centre_id = ANY ((SELECT own_centres())::integer[])) OR known IN (SELECT person_id FROM visit WHERE person_id IS NOT NULL AND centre_id = ANY ((SELECT own_centres())::integer[])) OR known IN (SELECT row_id FROM audit_entry WHERE table_name = 'person' AND row_id IS NOT NULL AND actor = current_setting('cybercantal.actor', true)); END $$;

ALTER TABLE centre ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY centre_shown ON centre FOR SELECT USING (true);

CREATE POLICY centre_added ON centre FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY centre_changed ON centre FOR UPDATE USING ((SELECT row_reach()) = 'network' OR id = ANY ((SELECT own_centres())::integer[])) WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY centre_removed ON centre FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE centre_capacity ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY centre_capacity_shown ON centre_capacity FOR SELECT USING (true);

CREATE POLICY centre_capacity_added ON centre_capacity FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY centre_capacity_changed ON centre_capacity FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY centre_capacity_removed ON centre_capacity FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE opening_hours ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY opening_hours_shown ON opening_hours FOR SELECT USING (true);

CREATE POLICY opening_hours_added ON opening_hours FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY opening_hours_changed ON opening_hours FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY opening_hours_removed ON opening_hours FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE centre_cost ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY centre_cost_shown ON centre_cost FOR SELECT USING (true);

CREATE POLICY centre_cost_added ON centre_cost FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY centre_cost_changed ON centre_cost FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY centre_cost_removed ON centre_cost FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE closure ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY closure_shown ON closure FOR SELECT USING (true);

CREATE POLICY closure_added ON closure FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]));

CREATE POLICY closure_changed ON closure FOR UPDATE USING ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[])) WITH CHECK ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]));

CREATE POLICY closure_removed ON closure FOR DELETE USING ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]));

ALTER TABLE event ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY event_shown ON event FOR SELECT USING (true);

CREATE POLICY event_added ON event FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]));

CREATE POLICY event_changed ON event FOR UPDATE USING ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[])) WITH CHECK ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]));

CREATE POLICY event_removed ON event FOR DELETE USING ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]));

ALTER TABLE attendance_week ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY attendance_week_shown ON attendance_week FOR SELECT USING (true);

CREATE POLICY attendance_week_added ON attendance_week FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]));

CREATE POLICY attendance_week_changed ON attendance_week FOR UPDATE USING ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[])) WITH CHECK ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]));

CREATE POLICY attendance_week_removed ON attendance_week FOR DELETE USING ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]));

ALTER TABLE attendance_day ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY attendance_day_shown ON attendance_day FOR SELECT USING (true);

CREATE POLICY attendance_day_added ON attendance_day FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR EXISTS (SELECT 1 FROM attendance_week w WHERE w.id = attendance_week_id AND w.centre_id = ANY ((SELECT own_centres())::integer[])));

CREATE POLICY attendance_day_changed ON attendance_day FOR UPDATE USING ((SELECT row_reach()) = 'network' OR EXISTS (SELECT 1 FROM attendance_week w WHERE w.id = attendance_week_id AND w.centre_id = ANY ((SELECT own_centres())::integer[]))) WITH CHECK ((SELECT row_reach()) = 'network' OR EXISTS (SELECT 1 FROM attendance_week w WHERE w.id = attendance_week_id AND w.centre_id = ANY ((SELECT own_centres())::integer[])));

CREATE POLICY attendance_day_removed ON attendance_day FOR DELETE USING ((SELECT row_reach()) = 'network' OR EXISTS (SELECT 1 FROM attendance_week w WHERE w.id = attendance_week_id AND w.centre_id = ANY ((SELECT own_centres())::integer[])));

ALTER TABLE week_reopening ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY week_reopening_shown ON week_reopening FOR SELECT USING (true);

CREATE POLICY week_reopening_added ON week_reopening FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY week_reopening_changed ON week_reopening FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY week_reopening_removed ON week_reopening FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE reminder ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY reminder_shown ON reminder FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on' OR centre_id = ANY ((SELECT own_centres())::integer[]));

CREATE POLICY reminder_added ON reminder FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY reminder_changed ON reminder FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY reminder_removed ON reminder FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE entry_draft ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY entry_draft_shown ON entry_draft FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on' OR actor = current_setting('cybercantal.actor', true));

CREATE POLICY entry_draft_added ON entry_draft FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR actor = current_setting('cybercantal.actor', true));

CREATE POLICY entry_draft_changed ON entry_draft FOR UPDATE USING ((SELECT row_reach()) = 'network' OR actor = current_setting('cybercantal.actor', true)) WITH CHECK ((SELECT row_reach()) = 'network' OR actor = current_setting('cybercantal.actor', true));

CREATE POLICY entry_draft_removed ON entry_draft FOR DELETE USING ((SELECT row_reach()) = 'network' OR actor = current_setting('cybercantal.actor', true));

ALTER TABLE visit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY visit_shown ON visit FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on' OR centre_id = ANY ((SELECT own_centres())::integer[]));

CREATE POLICY visit_added ON visit FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]) AND (person_id IS NULL OR keeps_person(person_id)));

CREATE POLICY visit_changed ON visit FOR UPDATE USING ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]) AND (person_id IS NULL OR keeps_person(person_id))) WITH CHECK ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]) AND (person_id IS NULL OR keeps_person(person_id)));

CREATE POLICY visit_removed ON visit FOR DELETE USING ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]) AND (person_id IS NULL OR keeps_person(person_id)));

ALTER TABLE agreement ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY agreement_shown ON agreement FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on' OR centre_id = ANY ((SELECT own_centres())::integer[]));

CREATE POLICY agreement_added ON agreement FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]) AND keeps_person(person_id));

CREATE POLICY agreement_changed ON agreement FOR UPDATE USING ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]) AND keeps_person(person_id)) WITH CHECK ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]) AND keeps_person(person_id));

CREATE POLICY agreement_removed ON agreement FOR DELETE USING ((SELECT row_reach()) = 'network' OR centre_id = ANY ((SELECT own_centres())::integer[]) AND keeps_person(person_id));

ALTER TABLE person ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY person_shown ON person FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on' OR id IN (SELECT person_id FROM agreement WHERE centre_id = ANY ((SELECT own_centres())::integer[])) OR id IN (SELECT person_id FROM visit WHERE person_id IS NOT NULL AND centre_id = ANY ((SELECT own_centres())::integer[])) OR id IN (SELECT row_id FROM audit_entry WHERE table_name = 'person' AND row_id IS NOT NULL AND actor = current_setting('cybercantal.actor', true)));

CREATE POLICY person_added ON person FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR (SELECT row_reach()) = 'centres');

CREATE POLICY person_changed ON person FOR UPDATE USING ((SELECT row_reach()) = 'network' OR id IN (SELECT person_id FROM agreement WHERE centre_id = ANY ((SELECT own_centres())::integer[])) OR id IN (SELECT person_id FROM visit WHERE person_id IS NOT NULL AND centre_id = ANY ((SELECT own_centres())::integer[])) OR id IN (SELECT row_id FROM audit_entry WHERE table_name = 'person' AND row_id IS NOT NULL AND actor = current_setting('cybercantal.actor', true))) WITH CHECK ((SELECT row_reach()) = 'network' OR id IN (SELECT person_id FROM agreement WHERE centre_id = ANY ((SELECT own_centres())::integer[])) OR id IN (SELECT person_id FROM visit WHERE person_id IS NOT NULL AND centre_id = ANY ((SELECT own_centres())::integer[])) OR id IN (SELECT row_id FROM audit_entry WHERE table_name = 'person' AND row_id IS NOT NULL AND actor = current_setting('cybercantal.actor', true)));

CREATE POLICY person_removed ON person FOR DELETE USING ((SELECT row_reach()) = 'network' OR id IN (SELECT person_id FROM agreement WHERE centre_id = ANY ((SELECT own_centres())::integer[])) OR id IN (SELECT person_id FROM visit WHERE person_id IS NOT NULL AND centre_id = ANY ((SELECT own_centres())::integer[])) OR id IN (SELECT row_id FROM audit_entry WHERE table_name = 'person' AND row_id IS NOT NULL AND actor = current_setting('cybercantal.actor', true)));

ALTER TABLE pass_membership ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY pass_membership_shown ON pass_membership FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on' OR person_id IN (SELECT person_id FROM agreement WHERE centre_id = ANY ((SELECT own_centres())::integer[])) OR person_id IN (SELECT person_id FROM visit WHERE person_id IS NOT NULL AND centre_id = ANY ((SELECT own_centres())::integer[])) OR person_id IN (SELECT row_id FROM audit_entry WHERE table_name = 'person' AND row_id IS NOT NULL AND actor = current_setting('cybercantal.actor', true)));

CREATE POLICY pass_membership_added ON pass_membership FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR keeps_person(person_id));

CREATE POLICY pass_membership_changed ON pass_membership FOR UPDATE USING ((SELECT row_reach()) = 'network' OR keeps_person(person_id)) WITH CHECK ((SELECT row_reach()) = 'network' OR keeps_person(person_id));

CREATE POLICY pass_membership_removed ON pass_membership FOR DELETE USING ((SELECT row_reach()) = 'network' OR keeps_person(person_id));

ALTER TABLE member_service ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY member_service_shown ON member_service FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on' OR centre_id = ANY ((SELECT own_centres())::integer[]) OR person_id IN (SELECT person_id FROM agreement WHERE centre_id = ANY ((SELECT own_centres())::integer[])) OR person_id IN (SELECT person_id FROM visit WHERE person_id IS NOT NULL AND centre_id = ANY ((SELECT own_centres())::integer[])) OR person_id IN (SELECT row_id FROM audit_entry WHERE table_name = 'person' AND row_id IS NOT NULL AND actor = current_setting('cybercantal.actor', true)));

CREATE POLICY member_service_added ON member_service FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR (centre_id IS NULL OR centre_id = ANY ((SELECT own_centres())::integer[])) AND keeps_person(person_id));

CREATE POLICY member_service_changed ON member_service FOR UPDATE USING ((SELECT row_reach()) = 'network' OR (centre_id IS NULL OR centre_id = ANY ((SELECT own_centres())::integer[])) AND keeps_person(person_id)) WITH CHECK ((SELECT row_reach()) = 'network' OR (centre_id IS NULL OR centre_id = ANY ((SELECT own_centres())::integer[])) AND keeps_person(person_id));

CREATE POLICY member_service_removed ON member_service FOR DELETE USING ((SELECT row_reach()) = 'network' OR (centre_id IS NULL OR centre_id = ANY ((SELECT own_centres())::integer[])) AND keeps_person(person_id));

ALTER TABLE support ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY support_shown ON support FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on');

CREATE POLICY support_added ON support FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY support_changed ON support FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY support_removed ON support FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE placement ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY placement_shown ON placement FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on');

CREATE POLICY placement_added ON placement FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY placement_changed ON placement FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY placement_removed ON placement FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE information_meeting ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY information_meeting_shown ON information_meeting FOR SELECT USING (true);

CREATE POLICY information_meeting_added ON information_meeting FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY information_meeting_changed ON information_meeting FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY information_meeting_removed ON information_meeting FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE welcome_session ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY welcome_session_shown ON welcome_session FOR SELECT USING (true);

CREATE POLICY welcome_session_added ON welcome_session FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY welcome_session_changed ON welcome_session FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY welcome_session_removed ON welcome_session FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE welcome_household ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY welcome_household_shown ON welcome_household FOR SELECT USING (true);

CREATE POLICY welcome_household_added ON welcome_household FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY welcome_household_changed ON welcome_household FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY welcome_household_removed ON welcome_household FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE welcome_attendance ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY welcome_attendance_shown ON welcome_attendance FOR SELECT USING (true);

CREATE POLICY welcome_attendance_added ON welcome_attendance FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY welcome_attendance_changed ON welcome_attendance FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY welcome_attendance_removed ON welcome_attendance FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE course ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY course_shown ON course FOR SELECT USING (true);

CREATE POLICY course_added ON course FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY course_changed ON course FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY course_removed ON course FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE price ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY price_shown ON price FOR SELECT USING (true);

CREATE POLICY price_added ON price FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY price_changed ON price FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY price_removed ON price FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE published_figure ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY published_figure_shown ON published_figure FOR SELECT USING (true);

CREATE POLICY published_figure_added ON published_figure FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY published_figure_changed ON published_figure FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY published_figure_removed ON published_figure FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE import_batch ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY import_batch_shown ON import_batch FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on');

CREATE POLICY import_batch_added ON import_batch FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY import_batch_changed ON import_batch FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY import_batch_removed ON import_batch FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY audit_entry_shown ON audit_entry FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on' OR actor = current_setting('cybercantal.actor', true) OR (coalesce(current_setting('cybercantal.role', true), '') = '' AND table_name = 'account') OR ((SELECT row_reach()) = 'centres' AND table_name NOT IN ('person', 'agreement', 'pass_membership', 'member_service', 'support', 'placement', 'account')));

CREATE POLICY audit_entry_added ON audit_entry FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR actor = current_setting('cybercantal.actor', true) OR (coalesce(current_setting('cybercantal.role', true), '') = '' AND table_name = 'account'));

CREATE POLICY audit_entry_changed ON audit_entry FOR UPDATE USING ((SELECT row_reach()) = 'network') WITH CHECK ((SELECT row_reach()) = 'network');

CREATE POLICY audit_entry_removed ON audit_entry FOR DELETE USING ((SELECT row_reach()) = 'network');

ALTER TABLE account ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY account_shown ON account FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on' OR coalesce(current_setting('cybercantal.role', true), '') = '' OR email = current_setting('cybercantal.actor', true));

CREATE POLICY account_added ON account FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '');

CREATE POLICY account_changed ON account FOR UPDATE USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '') WITH CHECK ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '');

CREATE POLICY account_removed ON account FOR DELETE USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '');

ALTER TABLE account_centre ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY account_centre_shown ON account_centre FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on' OR coalesce(current_setting('cybercantal.role', true), '') = '' OR account_id IN (SELECT id FROM account));

CREATE POLICY account_centre_added ON account_centre FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '');

CREATE POLICY account_centre_changed ON account_centre FOR UPDATE USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '') WITH CHECK ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '');

CREATE POLICY account_centre_removed ON account_centre FOR DELETE USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '');

ALTER TABLE sign_in_session ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY sign_in_session_shown ON sign_in_session FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on' OR coalesce(current_setting('cybercantal.role', true), '') = '');

CREATE POLICY sign_in_session_added ON sign_in_session FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '');

CREATE POLICY sign_in_session_changed ON sign_in_session FOR UPDATE USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '') WITH CHECK ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '');

CREATE POLICY sign_in_session_removed ON sign_in_session FOR DELETE USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '');

ALTER TABLE sign_in_attempt ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY sign_in_attempt_shown ON sign_in_attempt FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on' OR coalesce(current_setting('cybercantal.role', true), '') = '');

CREATE POLICY sign_in_attempt_added ON sign_in_attempt FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '');

CREATE POLICY sign_in_attempt_changed ON sign_in_attempt FOR UPDATE USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '') WITH CHECK ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '');

CREATE POLICY sign_in_attempt_removed ON sign_in_attempt FOR DELETE USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '');

ALTER TABLE activation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY activation_shown ON activation FOR SELECT USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.everywhere', true), '') = 'on' OR coalesce(current_setting('cybercantal.role', true), '') = '');

CREATE POLICY activation_added ON activation FOR INSERT WITH CHECK ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '');

CREATE POLICY activation_changed ON activation FOR UPDATE USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '') WITH CHECK ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '');

CREATE POLICY activation_removed ON activation FOR DELETE USING ((SELECT row_reach()) = 'network' OR coalesce(current_setting('cybercantal.role', true), '') = '');
